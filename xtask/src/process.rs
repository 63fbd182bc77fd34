//! Runs other programs: their output passes through, and a failure names the step.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::Outcome;

/// A command that runs in the repository's folder.
pub fn command<S: AsRef<OsStr>>(root: &Path, program: impl AsRef<OsStr>, args: &[S]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root);
    command
}

/// `cargo` with arguments.
pub fn cargo(root: &Path, args: &[&str]) -> Command {
    command(root, "cargo", args)
}

/// Runs a step to its end.
pub fn step(name: &str, command: &mut Command) -> Outcome {
    println!("== {name}");
    let status = command.status().map_err(|error| format!("{name}: {}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{name} failed ({status}): {}", shown(command)).into()) }
}

/// Runs a program and gives what it prints.
pub fn output(name: &str, command: &mut Command) -> Outcome<Vec<u8>> {
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|error| format!("{name}: {}: {error}", shown(command)))?;
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{name} failed ({})", output.status).into()) }
}

/// Whether a program is there and answers.
pub fn answers(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
