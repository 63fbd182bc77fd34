//! `cargo x dist`: the binary as people get it.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::process::{cargo, step};

/// Builds it and prints its size.
pub fn run(root: &Path) -> Outcome {
    step("build", &mut cargo(root, &["build", "--release", "--locked", "--package", "server", "--bin", "portcullis"]))?;
    let binary = root.join("target/release/portcullis");
    let bytes = fs::metadata(&binary).map_err(|error| format!("{}: {error}", binary.display()))?.len();
    println!("target/release/portcullis: {}.{} MiB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20);
    Ok(())
}
