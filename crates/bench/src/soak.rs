//! A soak: mixed load on the real server for so many minutes, with its resident memory over time: methods behind user
//! pools, a function, signatures and keys, templates, a backend, a cache, refusals, and deployments meanwhile. Memory must
//! not grow once everything has been used.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::aws::Client;
use crate::lab::Lab;
use crate::process::Server;
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

/// Connections that call APIs.
const CALLERS: usize = 8;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Runs it; a line every ten seconds.
pub fn run(bench: &Bench, minutes: u64) -> Outcome {
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let backend = crate::backend::start()?;
    let options = ["--functions-endpoint", &format!("http://{backend}")];
    let server = Server::start_with(bench, &folder.path().join("data"), &options)?;
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    let id_token = lab.sign_in(&mut client)?;
    let mixed = crate::mixed::make(&mut client, backend)?;
    let load = Load {
        address: server.address,
        lab: &lab,
        id_token: &id_token,
        mixed: &mixed,
        stop: AtomicBool::new(false),
        count: AtomicU64::new(0),
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(|| load.call())).collect();
        let deployer = scope.spawn(|| load.deploy());
        let watched = watch(bench, &server, &load, minutes);
        load.stop.store(true, Ordering::Relaxed);
        let ended = workers
            .into_iter()
            .chain([deployer])
            .map(|worker| worker.join().unwrap_or_else(|_| Err("a client panicked".into())));
        ended.collect::<Outcome<Vec<()>>>().and(watched)
    })
}

#[expect(clippy::print_stdout, reason = "it reports as it goes")]
fn watch(bench: &Bench, server: &Server, load: &Load<'_>, minutes: u64) -> Outcome {
    let begun = bench.watch.ns();
    let (_quiet, waiting) = std::sync::mpsc::channel::<()>();
    println!("seconds  requests  resident KiB");
    loop {
        let seconds = (bench.watch.ns() - begun) / 1_000_000_000;
        println!("{seconds:>7}  {:>8}  {:>12}", load.count.load(Ordering::Relaxed), server.resident_kib()?);
        if seconds >= minutes * 60 {
            return Ok(());
        }
        let _ = waiting.recv_timeout(LOOK);
    }
}

struct Load<'a> {
    address: SocketAddr,
    lab: &'a Lab,
    id_token: &'a str,
    mixed: &'a str,
    stop: AtomicBool,
    count: AtomicU64,
}

impl Load<'_> {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Good and bad calls in turn, each with the answer that it must have.
    fn call(&self) -> Outcome {
        let token = [("authorization", self.id_token)];
        let forged = [("authorization", "eyJhbGciOiJub25lIn0.e30.")];
        let (at, open, protected) = (self.address, self.lab.open(), self.lab.protected());
        let mut turns = vec![
            (get(at, &open, &[]), 200),
            (get(at, &protected, &token), 200),
            (get(at, &protected, &[]), 401),
            (get(at, &protected, &forged), 401),
            (get(at, &format!("{open}/none"), &[]), 403),
            (get(at, "/_aws/execute-api/none/test/x", &[]), 403),
            (get(at, &self.lab.keys(), &[]), 200),
        ];
        let mixed = crate::mixed::calls(self.mixed);
        turns.extend(mixed.iter().map(|(target, headers, status)| (get(at, target, headers), *status)));
        while self.goes_on() {
            // A new connection a round: they must leave nothing behind either.
            let mut connection = Connection::open(at)?;
            for (request, status) in turns.iter().cycle().take(700) {
                let got = connection.send(request)?.status;
                if got != *status {
                    return Err(format!("answered {got} instead of {status}").into());
                }
                self.count.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// Deploys again and again, and takes the older deployment away.
    fn deploy(&self) -> Outcome {
        let mut client = Client::open(self.address)?;
        let base = format!("/restapis/{}/deployments", self.lab.api_id);
        let mut before: Option<String> = None;
        while self.goes_on() {
            let made = client.apigateway("POST", &base, &json!({ "stageName": "test" }))?;
            let id = crate::aws::text(&made, "/id")?;
            if let Some(old) = before.replace(id) {
                client.apigateway("DELETE", &format!("{base}/{old}"), &serde_json::Value::Null)?;
            }
        }
        Ok(())
    }
}
