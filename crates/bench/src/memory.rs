//! What the server takes: resident memory, and room on the disk.

use std::fs;

use crate::aws::Client;
use crate::lab::Lab;
use crate::process::Server;
use crate::report::{Row, Table};
use crate::watch::settle;
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

/// Calls before the second look.
const CALLS: usize = 100;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Memory and size", "Resident memory from /proc; the release binary is stripped.");
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    settle();
    table.push(mib("resident memory, idle after the start", server.resident_kib()? * 1024));
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    calls(&server, &get(server.address, &lab.open(), &[]))?;
    table.push(mib("after a pool, an API and 100 calls of it", server.resident_kib()? * 1024));
    let id_token = lab.sign_in(&mut client)?;
    calls(&server, &get(server.address, &lab.protected(), &[("authorization", &id_token)]))?;
    table.push(mib("after two passwords set, a sign-in and 100 calls more", server.resident_kib()? * 1024));
    table.push(mib("release binary", fs::metadata(&bench.binary)?.len()));
    Ok(table)
}

fn calls(server: &Server, request: &[u8]) -> Outcome {
    let mut connection = Connection::open(server.address)?;
    for _ in 0..CALLS {
        connection.send(request)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit after the point")]
fn mib(what: &str, bytes: u64) -> Row {
    let mib = (bytes as f64 / 104_857.6).round() / 10.0;
    Row::new(what, format!("{mib} MiB")).at_most(mib, 40.0, "MiB")
}
