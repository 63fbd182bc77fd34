//! Starts one process and hears from it what took. Blocks.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::fs::OFlags;

use crate::process::Leaders;
use crate::runner::Launcher;
use crate::sandbox::{Spec, StandardInput, environment};

/// How long the launcher may take to shut itself in.
const LAUNCH: Duration = Duration::from_secs(10);
const MAX_REPORT: u64 = 4096;

/// A started process.
pub(crate) struct Spawned {
    pub(crate) child: Child,
    /// Our end of its standard input.
    pub(crate) socket: UnixStream,
    /// The reading end of its standard output and error.
    pub(crate) output: OwnedFd,
    /// What of the isolation took.
    pub(crate) report: String,
}

/// Starts it.
pub(crate) fn spawn(launcher: &Launcher, spec: &Spec, leaders: &Leaders) -> Result<Spawned, String> {
    let (ours, theirs) = UnixStream::pair().map_err(|error| error.to_string())?;
    let (output, write) = std::io::pipe().map_err(|error| error.to_string())?;
    let output = OwnedFd::from(output);
    nonblocking(&output).map_err(|error| error.to_string())?;
    let second = write.try_clone().map_err(|error| error.to_string())?;
    let mut command = match launcher {
        Launcher::Direct => direct(spec),
        Launcher::Sandbox { program, arguments } => {
            let mut command = Command::new(program);
            command.args(arguments).env_clear().current_dir("/");
            command
        }
    };
    let input = match (launcher, spec.standard_input) {
        (Launcher::Direct, StandardInput::Empty) => Stdio::null(),
        _ => Stdio::from(OwnedFd::from(theirs)),
    };
    command.stdin(input).stdout(write).stderr(second);
    let mut child =
        leaders.start(&mut command).map_err(|error| format!("{}: {error}", command.get_program().display()))?;
    // Our copies of its ends go with the command.
    drop(command);
    let report = match launcher {
        Launcher::Direct => Ok("nothing: started as it is".to_owned()),
        Launcher::Sandbox { .. } => converse(&ours, spec),
    };
    match report {
        Ok(report) => Ok(Spawned { child, socket: ours, output, report }),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            i32::try_from(child.id()).into_iter().for_each(|pid| leaders.forget(pid));
            Err(error)
        }
    }
}

fn nonblocking(fd: &OwnedFd) -> rustix::io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(fd)?;
    rustix::fs::fcntl_setfl(fd, flags | OFlags::NONBLOCK)
}

fn direct(spec: &Spec) -> Command {
    let places = &spec.places;
    let mut command = Command::new(&places.program);
    command.args(places.arguments(spec)).env_clear().envs(environment(spec, places));
    command.current_dir(&places.task).process_group(0);
    command
}

/// Tells the launcher what to become, and hears whether it will.
fn converse(mut socket: &UnixStream, spec: &Spec) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("the launcher did not answer: {error}");
    let json = serde_json::to_vec(spec).map_err(|error| error.to_string())?;
    socket.set_read_timeout(Some(LAUNCH)).map_err(failed)?;
    socket.set_write_timeout(Some(LAUNCH)).map_err(failed)?;
    socket.write_all(&[format!("{}\n", json.len()).as_bytes(), &json].concat()).map_err(failed)?;
    let mut line = String::new();
    // The process speaks no further before it has become the function and we listen: nothing is read beyond the line but by
    // a bootstrap that is faster than us, which is why the line is taken byte by byte.
    let mut reader = BufReader::with_capacity(1, std::io::Read::take(socket, MAX_REPORT));
    reader.read_line(&mut line).map_err(failed)?;
    match line.trim_end().split_once(' ') {
        Some(("ok", report)) => Ok(report.to_owned()),
        Some(("error", error)) => Err(error.to_owned()),
        _ => Err("the launcher ended without a word".to_owned()),
    }
}
