//! The launcher alone, for the tests of this crate; the server has it as a hidden subcommand.

fn main() -> std::process::ExitCode {
    let error = lambda_runtime::sandbox::enter_and_exec();
    tracing::error!(%error, "no function was started");
    std::process::ExitCode::from(126)
}
