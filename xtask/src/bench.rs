//! `cargo x bench`: the benchmark programs of the crate `bench`.

use std::path::Path;

use crate::Outcome;
use crate::process::{cargo, step};

/// Runs them in release mode; further arguments go to them.
pub fn run(root: &Path, args: &[&str]) -> Outcome {
    let manifests = [root.join("crates/bench/Cargo.toml"), root.join("bench/Cargo.toml")];
    if !manifests.iter().any(|manifest| manifest.exists()) {
        return Err("there is no crate `bench` in this workspace, so there is nothing to measure".into());
    }
    step("server", &mut cargo(root, &["build", "--release", "--package", "server", "--bin", "portcullis"]))?;
    step("bench", cargo(root, &["run", "--release", "--package", "bench", "--"]).args(args))
}
