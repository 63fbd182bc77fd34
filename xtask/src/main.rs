//! `cargo x <command>`: the project's own tools.
//!
//! In: a command line. Out: text at the terminal, files of the repository, an exit status. Each command is one file
//! with a `run`; to add one, write the file and give it a line in [`dispatch`] and in [`USAGE`].
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool talks to its terminal")]
#![expect(clippy::indexing_slicing, reason = "only JSON values are indexed; they give null for what is absent")]

mod bench;
mod check;
mod codegen;
mod conformance;
mod coverage;
mod dist;
mod lab;
mod new_operation;
mod process;
mod rules;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: cargo x <command>
  check                               formatting, lints, import rules, freshness of generated files
  test                                everything: installs what the tests need, unit tests, conformance
  conformance                         only the tests by unmodified clients
  lab [ARGS]                          starts the server on ./lab-data with both labs set up
  codegen [--check]                   writes the model-* crates
  coverage [--check]                  writes docs/coverage.md
  new-operation <service> <Operation> makes the files of an operation
  bench [ARGS]                        runs the benchmarks
  dist                                builds the stripped binary and prints its size";

/// What a command ends in: nothing, or a sentence for the person at the terminal.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// Whether a command writes its files or only compares them with what is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Writes.
    Write,
    /// Compares, and fails where writing would change something.
    Check,
}

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the tool's own command line")]
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&root(), &args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(root: &Path, args: &[&str]) -> Outcome {
    match args {
        ["check"] => check::run(root),
        ["test"] => test::run(root),
        ["conformance"] => conformance::run(root),
        ["lab", rest @ ..] => lab::run(root, rest),
        ["codegen"] => codegen::run(root, Mode::Write),
        ["codegen", "--check"] => codegen::run(root, Mode::Check),
        ["coverage"] => coverage::run(root, Mode::Write),
        ["coverage", "--check"] => coverage::run(root, Mode::Check),
        ["new-operation", service, operation] => new_operation::run(root, service, operation),
        ["bench", rest @ ..] => bench::run(root, rest),
        ["dist"] => dist::run(root),
        _ => Err(USAGE.into()),
    }
}

/// The repository's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
