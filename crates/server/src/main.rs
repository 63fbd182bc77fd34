//! `portcullis`: reads the command line and starts what it names.
#![expect(clippy::print_stderr, reason = "the command line talks to its terminal")]

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{Cli, Command, ServeArgs};
use server::config::Config;
use server::run::{Setup, run};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve(&args, Setup::None),
        Command::Lab(args) => serve(&args, Setup::Labs),
        Command::Coverage => writeln!(std::io::stdout(), "{}", server::coverage::report()).map_err(Into::into),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portcullis: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(args: &ServeArgs, setup: Setup) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&args.overrides())?;
    let filter = tracing_subscriber::EnvFilter::try_from_env("PORTCULLIS_LOG").unwrap_or_else(|_| "warn".into());
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).init();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(config, setup))
}
