//! The real server as a process of its own.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::{Bench, Outcome};

/// What the server prints before its port.
const LISTENS: &str = "Portcullis listens on http://localhost:";

/// A server that runs; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Kept open, so that the server can go on printing.
    _output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it on a data folder and waits for the line that says where it listens. Tokens bear AWS's issuer, so that
    /// they stay good when the next start has another port.
    pub fn start(bench: &Bench, data: &Path) -> Outcome<Self> {
        Self::start_with(bench, data, &[])
    }

    /// [`Server::start`], with further options.
    pub fn start_with(bench: &Bench, data: &Path, options: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(&bench.binary);
        command.args(["serve", "--port", "0", "--https-port", "0", "--aws-issuer", "--data"]).arg(data).args(options);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).current_dir(&bench.scratch);
        let spawned = command.spawn();
        let mut child =
            spawned.map_err(|error| format!("{}: {error}; `cargo x bench` builds it", bench.binary.display()))?;
        let output = child.stdout.take().ok_or("the server has no output")?;
        let mut output = BufReader::new(output);
        let port = read_port(&mut output);
        match port {
            Ok(port) => Ok(Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), _output: output }),
            Err(error) => {
                end(&mut child);
                Err(error)
            }
        }
    }

    /// Its number, as `/proc` names it.
    pub fn id(&self) -> String {
        self.child.id().to_string()
    }

    /// Resident memory in KiB.
    pub fn resident_kib(&self) -> Outcome<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself; either way it is gone afterwards.
    let _ = child.kill();
    let _ = child.wait();
}

fn read_port(output: &mut BufReader<ChildStdout>) -> Outcome<u16> {
    let mut line = String::new();
    while output.read_line(&mut line)? > 0 {
        if let Some(port) = line.trim().strip_prefix(LISTENS) {
            return Ok(port.parse()?);
        }
        line.clear();
    }
    Err("the server ended before it listened".into())
}
