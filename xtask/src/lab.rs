//! `cargo x lab`: the server on a data folder, with both labs set up.

use std::path::Path;

use crate::Outcome;
use crate::process::{cargo, step};

/// Starts the server; further arguments go to it.
pub fn run(root: &Path, args: &[&str]) -> Outcome {
    let mut command = cargo(root, &["run", "--package", "server", "--bin", "portcullis", "--", "lab"]);
    if !args.iter().any(|arg| *arg == "--data" || arg.starts_with("--data=")) {
        command.args(["--data", "lab-data"]);
    }
    step("lab", command.args(args))
}
