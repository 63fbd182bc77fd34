//! `portcullis`: reads the command line and starts what it names.
#![expect(clippy::print_stderr, reason = "the command line talks to its terminal")]

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use server::cli::{Cli, Command, InitArgs, KeysArgs, ServeArgs, UsersArgs};
use server::config::{Config, Overrides};
use server::keys;
use server::run::{Setup, run};
use server::users;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => serve(&args, Setup::None),
        Command::Lab(args) => serve(&args, Setup::Labs),
        Command::Init(args) => init(args),
        Command::Keys(args) => manage(args),
        Command::Users(args) => transfer(args),
        Command::RunFunction => Err(lambda_runtime::sandbox::enter_and_exec().into()),
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

fn init(args: InitArgs) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&Overrides { account: args.account.clone(), ..args.place.overrides() })?;
    Ok(offline()?.block_on(keys::init(&config, &mut std::io::stdout()))?)
}

fn manage(args: KeysArgs) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&args.place.overrides())?;
    Ok(offline()?.block_on(keys::keys(&config, args.act.into(), &mut std::io::stdout()))?)
}

fn transfer(args: UsersArgs) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::load(&args.place.overrides())?;
    Ok(offline()?.block_on(users::users(&config, &args.job(), &mut std::io::stdout()))?)
}

/// The runtime of a command that opens the data folder, does one thing and ends.
fn offline() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
