//! The server over loopback: so many requests over kept connections, each sent when the one before is answered.

use std::net::SocketAddr;
use std::thread;

use crate::aws::Client;
use crate::lab::Lab;
use crate::process::Server;
use crate::report::{Row, Table, per_second};
use crate::watch::{Rate, cpu_ns, settle};
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

const KEYS: &str = "jwks.json of a pool";
const CONNECTIONS: usize = 16;
const REQUESTS_EACH: usize = 1_250;
/// Requests of a connection before the count begins.
const WARM_EACH: usize = 50;

/// The account's own limit is not what is measured.
const UNTHROTTLED: &str = "account_rate_limit = 1000000000.0\naccount_burst_limit = 1000000000\n";

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "HTTP over loopback",
        "20,000 requests over 16 kept connections, the next when one is answered, the client on the same cores. The rate \
         per core counts the server's CPU time only.",
    );
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let settings = folder.path().join("portcullis.toml");
    std::fs::write(&settings, UNTHROTTLED)?;
    let options = ["--config", settings.to_str().ok_or("a folder whose name is no text")?];
    let server = Server::start_with(bench, &folder.path().join("data"), &options)?;
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    let id_token = lab.sign_in(&mut client)?;
    settle();
    let token = [("authorization", id_token.as_str())];
    let at = server.address;
    for (what, request, status) in [
        ("GET /_portcullis/health", get(at, "/_portcullis/health", &[]), 200),
        (KEYS, get(at, &lab.keys(), &[]), 200),
        ("MOCK method, open", get(at, &lab.open(), &[]), 200),
        ("MOCK method behind the authorizer, no token: 401", get(at, &lab.protected(), &[]), 401),
        ("MOCK method behind the authorizer, id token: 200", get(at, &lab.protected(), &token), 200),
    ] {
        let (row, core) = load(bench, &server, what, &request, status)?;
        table.push(if what == KEYS { row.at_least(core, 60_000.0, "per core") } else { row });
    }
    Ok(table)
}

fn load(bench: &Bench, server: &Server, what: &str, request: &[u8], status: u16) -> Outcome<(Row, f64)> {
    connections(bench, server.address, request, status, WARM_EACH)?;
    let (begun, cpu_begun) = (bench.watch.ns(), cpu_ns(&server.id())?);
    let mut latencies = connections(bench, server.address, request, status, REQUESTS_EACH)?;
    let (wall_ns, cpu_ns) = (bench.watch.ns() - begun, cpu_ns(&server.id())? - cpu_begun);
    let rate = Rate { operations: u64::try_from(latencies.len())?, wall_ns, cpu_ns };
    latencies.sort_unstable();
    let us = |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or(0) / 1000;
    let (all, core) = (per_second(rate.per_second()), per_second(rate.per_core()));
    let measured = format!("{all}, {core} per core; half within {} µs, 99 % within {} µs", us(50), us(99));
    Ok((Row::new(what, measured), rate.per_core()))
}

/// All latencies.
fn connections(bench: &Bench, address: SocketAddr, request: &[u8], status: u16, each: usize) -> Outcome<Vec<u64>> {
    let one = || {
        let mut connection = Connection::open(address)?;
        let mut latencies = Vec::with_capacity(each);
        for _ in 0..each {
            let begun = bench.watch.ns();
            let answer = connection.send(request)?;
            if answer.status != status {
                return Err(format!("answered {} instead of {status}", answer.status).into());
            }
            latencies.push(bench.watch.ns() - begun);
        }
        Ok(latencies)
    };
    let outcomes: Vec<Outcome<Vec<u64>>> = thread::scope(|scope| {
        let started: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(one)).collect();
        started.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err("a client panicked".into()))).collect()
    });
    outcomes.into_iter().try_fold(Vec::new(), |mut all, some| {
        all.extend(some?);
        Ok(all)
    })
}
