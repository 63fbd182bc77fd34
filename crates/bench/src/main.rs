//! The benchmark programs: how fast the server starts, how much memory it takes, what a request costs, each beside its
//! target and beside what the crypto or the disk under it costs alone. They report; no test depends on them.
//!
//! What comes in: names of groups on the command line, none for all; `--write` for `docs/benchmarks.md`. What goes out:
//! tables; `soak [--minutes N]` prints memory over time instead. The groups `start`, `memory`, `fairness`, `access`,
//! `functions`, `deploy` and `http` run the release binary that lies beside this program (`cargo x bench` builds it), the
//! others call the rooms or the front door in this process.
//! What it must not know: anything that only a server knows; it is a client like any other.
//! To add a measurement: a row in its group's file; to add a group: a file with a `run` and a line in [`GROUPS`].
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark talks to its terminal")]

mod access;
mod aws;
mod backend;
mod crypto;
mod deploy;
mod fairness;
mod functions;
mod gateway;
mod http_apis;
mod http_load;
mod lab;
mod memory;
mod million;
mod mixed;
mod process;
mod report;
mod room;
mod sign_in;
mod sizes;
mod soak;
mod srp;
mod start;
mod store_engine;
mod users;
mod watch;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::report::Table;
use crate::watch::Watch;

/// What everything ends in: a value, or a sentence for the person at the terminal.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What every group is given.
pub struct Bench {
    /// Measures time.
    pub watch: Watch,
    /// The server.
    pub binary: PathBuf,
    /// Where data folders are made: on the disk of the build, since a temporary folder may be memory.
    pub scratch: PathBuf,
}

/// A group of measurements.
type Group = fn(&Bench) -> Outcome<Table>;

/// All groups, in the order in which they run.
const GROUPS: [(&str, Group); 14] = [
    ("start", start::run),
    ("memory", memory::run),
    ("users", users::run),
    ("million", million::run),
    ("crypto", crypto::run),
    ("sign-in", sign_in::run),
    ("fairness", fairness::run),
    ("access", access::run),
    ("gateway", gateway::run),
    ("http-apis", http_apis::run),
    ("functions", functions::run),
    ("deploy", deploy::run),
    ("store", store_engine::run),
    ("http", http_load::run),
];

fn main() -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "the benchmark's own command line")]
    let args: Vec<String> = std::env::args().skip(1).collect();
    match bench(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn bench(args: &[String]) -> Outcome {
    if let [soak, minutes @ ..] = args
        && soak == "soak"
    {
        let minutes = match minutes {
            [] => 10,
            [option, number] if option == "--minutes" => number.parse()?,
            _ => return Err("usage: cargo x bench soak [--minutes N]".into()),
        };
        return soak::run(&here()?, minutes);
    }
    let (options, names): (Vec<&str>, Vec<&str>) =
        args.iter().map(String::as_str).partition(|arg| arg.starts_with("--"));
    let unknown = |name: &&&str| !GROUPS.iter().any(|(known, _)| known == *name);
    let write = options == ["--write"];
    if let Some(name) = names.iter().find(unknown).or(options.iter().find(|_| !write)) {
        let known: Vec<&str> = GROUPS.iter().map(|(name, _)| *name).collect();
        return Err(format!("{name}: unknown; usage: cargo x bench [--write] [{}]", known.join("|")).into());
    }
    if write && !names.is_empty() {
        return Err("--write replaces all of docs/benchmarks.md, so it goes with no names".into());
    }
    let tables = run(&here()?, &names)?;
    if write { report::write(&tables) } else { Ok(()) }
}

fn run(bench: &Bench, names: &[&str]) -> Outcome<Vec<Table>> {
    let mut tables = Vec::new();
    for (name, group) in GROUPS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        eprintln!("measuring {name} …");
        let table = group(bench).map_err(|error| format!("{name}: {error}"))?;
        println!("{}", table.text());
        tables.push(table);
    }
    Ok(tables)
}

fn here() -> Outcome<Bench> {
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("this program lies in no folder")?;
    Ok(Bench { watch: Watch::new(), binary: folder.join("portcullis"), scratch: folder.to_owned() })
}
