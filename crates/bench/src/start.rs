//! How long a start takes, until the first answer.

use std::path::Path;

use serde_json::json;

use crate::aws::Client;
use crate::lab::Lab;
use crate::process::Server;
use crate::report::{Row, Table, ms};
use crate::watch::spread;
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

/// Starts that are measured.
const STARTS: usize = 5;
/// Pools that are made on a running server.
const POOLS: usize = 20;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Start",
        "The release binary, from before the process is made; least, median and greatest of 5 starts (20 calls). The \
         target is held against the median.",
    );
    let first_pool = (0..STARTS).map(|_| first_pool_ms(bench)).collect::<Outcome<Vec<u64>>>()?;
    table.push(row("empty data folder to the first answered CreateUserPool", first_pool, 150.0)?);
    table.push(row("existing data folder to the first served API call", first_calls(bench)?, 50.0)?);
    table.push(row("CreateUserPool on a running server", pools(bench)?, 50.0)?);
    Ok(table)
}

fn row(what: &str, times_ns: Vec<u64>, bound_ms: f64) -> Outcome<Row> {
    let (least, median, greatest) = spread(times_ns)?;
    let measured = format!("{} / {} / {} ms", ms(least), ms(median), ms(greatest));
    Ok(Row::new(what, measured).at_most(ms(median), bound_ms, "ms"))
}

fn first_pool_ms(bench: &Bench) -> Outcome<u64> {
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let begun = bench.watch.ns();
    let server = Server::start(bench, &folder.path().join("data"))?;
    Client::open(server.address)?.cognito("CreateUserPool", &json!({ "PoolName": "demo" }))?;
    Ok(bench.watch.ns() - begun)
}

/// The first call is one that needs the whole way: stage, authorizer, mock.
fn first_calls(bench: &Bench) -> Outcome<Vec<u64>> {
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let data = folder.path().join("data");
    let (lab, id_token) = set_up(bench, &data)?;
    let first_call = |_| {
        let begun = bench.watch.ns();
        let server = Server::start(bench, &data)?;
        let request = get(server.address, &lab.protected(), &[("authorization", &id_token)]);
        let answer = Connection::open(server.address)?.send(&request)?;
        let taken = bench.watch.ns() - begun;
        if answer.status == 200 { Ok(taken) } else { Err(format!("the API answered {}", answer.status).into()) }
    };
    (0..STARTS).map(first_call).collect()
}

fn set_up(bench: &Bench, data: &Path) -> Outcome<(Lab, String)> {
    let server = Server::start(bench, data)?;
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    let id_token = lab.sign_in(&mut client)?;
    Ok((lab, id_token))
}

fn pools(bench: &Bench) -> Outcome<Vec<u64>> {
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    let mut client = Client::open(server.address)?;
    let mut make = || {
        let begun = bench.watch.ns();
        client.cognito("CreateUserPool", &json!({ "PoolName": "demo" }))?;
        Ok(bench.watch.ns() - begun)
    };
    (0..POOLS).map(|_| make()).collect()
}
