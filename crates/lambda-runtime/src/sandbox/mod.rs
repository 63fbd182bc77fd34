//! What a process does to itself before it becomes a function: it shuts itself in and then executes the interpreter.
//!
//! The server starts its own binary with the hidden subcommand `run-function`, an empty environment and a socket as its
//! standard input. Over it comes a [`Spec`]; back goes one line that says what took. Then: a session of its own, a mount
//! namespace in which the function's folders stand where AWS has them and the server's data does not exist, limits, another
//! user (where we are root), no capabilities, no new privileges, landlock.

mod landlock;
mod namespace;
mod spec;

use std::collections::BTreeMap;
use std::io::{BufRead as _, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{Resource, Rlimit, setrlimit};
use rustix::thread::{CapabilitySet, CapabilitySets};

pub(crate) use spec::{Places, Spec, StandardInput};

const MAX_SPEC: usize = 1 << 20;
const OPEN_FILES: u64 = 1024;
const PROCESSES: u64 = 1024;
/// What a process may allocate beyond the function's memory, bytes: interpreters reserve more than they touch. The server
/// ends those that really use more.
const SLACK: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

/// Why a process did not become a function.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Not started by a server.
    #[error("this is for the server's own use: {0}")]
    Spec(String),
    /// Something that must not fail did.
    #[error("{0}: {1}")]
    Step(&'static str, std::io::Error),
}

/// Reads what to become from standard input, shuts the process in and becomes it. Returns only where that failed; the
/// server has been told by then.
///
/// Call it first thing in `main`, before any thread or descriptor is there: users and landlock are a thread's.
pub fn enter_and_exec() -> SandboxError {
    let error = match read_spec() {
        Ok(spec) => enter(spec),
        Err(error) => return error,
    };
    answer(&format!("error {error}\n"));
    error
}

fn read_spec() -> Result<Spec, SandboxError> {
    let bad = |error: &dyn std::fmt::Display| SandboxError::Spec(error.to_string());
    let mut input = std::io::stdin().lock();
    let mut line = String::new();
    input.by_ref().take(16).read_line(&mut line).map_err(|error| bad(&error))?;
    let len: usize = line.trim().parse().map_err(|error: std::num::ParseIntError| bad(&error))?;
    if len > MAX_SPEC {
        return Err(bad(&"too long"));
    }
    let mut json = vec![0; len];
    input.read_exact(&mut json).map_err(|error| bad(&error))?;
    serde_json::from_slice(&json).map_err(|error| bad(&error))
}

/// One line to the server, over the socket that is our standard input.
fn answer(line: &str) {
    let mut rest = line.as_bytes();
    while let Ok(n) = rustix::io::write(rustix::stdio::stdin(), rest)
        && n > 0
    {
        rest = rest.get(n..).unwrap_or_default();
    }
}

fn enter(spec: Spec) -> SandboxError {
    match prepare(&spec) {
        Ok((mut command, report)) => {
            answer(&format!("ok {report}\n"));
            if spec.standard_input == StandardInput::Empty
                && let Err(error) = empty_input()
            {
                return error;
            }
            let error = command.exec();
            // The server listens no longer: the function's log is what is left.
            let _ = writeln!(std::io::stderr(), "{}: {error}", command.get_program().display());
            SandboxError::Step("the function could not be started", error)
        }
        Err(error) => error,
    }
}

fn prepare(spec: &Spec) -> Result<(Command, String), SandboxError> {
    step("setsid", rustix::process::setsid().map(drop))?;
    // Whoever among its children loses its parent stays below it, where the server finds it.
    step("subreaper", rustix::process::set_child_subreaper(Some(rustix::process::getpid())))?;
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    close_inherited()?;
    let namespace = namespace::enter(spec);
    let places = namespace.as_ref().map_or_else(|_| spec.places.clone(), Clone::clone);
    limits(spec, namespace.is_ok())?;
    if let Some(user) = spec.user {
        become_user(user)?;
    }
    // Whoever is gone from root has none any more; in a user namespace of our own they would come back with none.
    step("capabilities", rustix::thread::set_capabilities(None, no_capabilities()))?;
    step("no new privileges", rustix::thread::set_no_new_privs(true))?;
    let landlock = landlock::restrict(&places, namespace.is_ok());
    let report = match &namespace {
        Ok(_) => format!("namespaces=yes landlock={landlock}"),
        Err(error) => format!("namespaces=no ({error}) landlock={landlock}"),
    };
    reachable(&places)?;
    Ok((command(spec, &places), report))
}

fn step(what: &'static str, done: rustix::io::Result<()>) -> Result<(), SandboxError> {
    done.map_err(|error| SandboxError::Step(what, error.into()))
}

fn empty_input() -> Result<(), SandboxError> {
    let null = std::fs::File::open("/dev/null").map_err(|error| SandboxError::Step("/dev/null", error))?;
    step("standard input", rustix::stdio::dup2_stdin(&null))
}

fn limits(spec: &Spec, own_namespace: bool) -> Result<(), SandboxError> {
    let set = |resource, value: u64| {
        let before = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let value = Some(value.min(before));
        step("limits", setrlimit(resource, Rlimit { current: value, maximum: value }))
    };
    set(Resource::Core, 0)?;
    set(Resource::Nofile, OPEN_FILES)?;
    set(Resource::Fsize, u64::from(spec.ephemeral_mib) * MIB)?;
    set(Resource::Data, u64::from(spec.memory_mib) * MIB + SLACK)?;
    // Counted by user: only where the user is the function's alone, or counted within its own namespace.
    if spec.user.is_some() || own_namespace { set(Resource::Nproc, PROCESSES) } else { Ok(()) }
}

fn become_user(user: u32) -> Result<(), SandboxError> {
    use rustix::process::{Gid, Uid};
    let (uid, gid) = (Uid::from_raw(user), Gid::from_raw(user));
    step("groups", rustix::thread::set_thread_groups(&[]))?;
    step("group", rustix::thread::set_thread_res_gid(gid, gid, gid))?;
    step("user", rustix::thread::set_thread_res_uid(uid, uid, uid))
}

fn no_capabilities() -> CapabilitySets {
    let none = CapabilitySet::empty();
    CapabilitySets { effective: none, permitted: none, inheritable: none }
}

/// A folder above the function's may be closed to its user: better said than guessed from an interpreter's complaint.
fn reachable(places: &Places) -> Result<(), SandboxError> {
    for folder in [&places.task, &places.tmp] {
        if let Err(error) = std::fs::read_dir(folder) {
            return Err(SandboxError::Step(
                "the function's user cannot reach its folder (as root the server needs the right to mount; run it as an ordinary user)",
                error,
            ));
        }
    }
    Ok(())
}

/// Closes what would survive the execution: descriptors without close-on-exec beyond the three. None of them is ours; they are
/// what whoever started the server left open.
fn close_inherited() -> Result<(), SandboxError> {
    const CLOSE_ON_EXEC: u64 = 0o2_000_000;
    let entries = std::fs::read_dir("/proc/self/fdinfo").map_err(|error| SandboxError::Step("descriptors", error))?;
    let numbers: Vec<i32> = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    let stays = |fd: &i32| {
        let info = std::fs::read_to_string(format!("/proc/self/fdinfo/{fd}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.and_then(|text| u64::from_str_radix(text.trim(), 8).ok()).is_some_and(|flags| flags & CLOSE_ON_EXEC == 0)
    };
    for fd in numbers.into_iter().filter(|fd| *fd > 2).filter(stays) {
        nix::unistd::close(fd).map_err(|error| SandboxError::Step("descriptors", error.into()))?;
    }
    Ok(())
}

fn command(spec: &Spec, places: &Places) -> Command {
    let mut command = Command::new(&places.program);
    command.args(places.arguments(spec)).env_clear().envs(environment(spec, places)).current_dir(&places.task);
    command
}

/// The owner's variables over ours, but never over those that are AWS's own.
pub(crate) fn environment(spec: &Spec, places: &Places) -> BTreeMap<String, String> {
    let mut all = places.environment(spec);
    all.extend(spec.theirs.iter().map(|(name, value)| (name.clone(), value.clone())));
    all.extend(spec.reserved.iter().map(|(name, value)| (name.clone(), value.clone())));
    all
}
