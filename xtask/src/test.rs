//! `cargo x test`: every test there is, on a fresh clone too. Stops at the first step that fails.

use std::path::Path;

use crate::process::{answers, cargo, step};
use crate::{Outcome, conformance};

/// Tools first, so that a missing one is told before an hour of building.
pub fn run(root: &Path) -> Outcome {
    conformance::install(root)?;
    if answers("cargo", &["nextest", "--version"]) {
        step("unit tests", &mut cargo(root, &["nextest", "run", "--workspace"]))?;
    } else {
        println!("cargo-nextest is not installed: cargo test stands in for it");
        step("unit tests", &mut cargo(root, &["test", "--workspace"]))?;
    }
    conformance::drive(root)
}
