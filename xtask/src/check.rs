//! `cargo x check`: all that can be judged without running the server.

use std::path::Path;

use crate::process::{cargo, step};
use crate::{Mode, Outcome, codegen, rules};

/// Formatting, lints, import and tidiness rules, freshness of the generated crates.
pub fn run(root: &Path) -> Outcome {
    step("formatting", &mut cargo(root, &["fmt", "--all", "--check"]))?;
    step("lints", &mut cargo(root, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    println!("== rules of the house");
    rules::run(root)?;
    println!("== generated crates");
    codegen::run(root, Mode::Check)
}
