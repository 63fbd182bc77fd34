//! Whether a thousand sign-ins at once starve other calls.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::aws::Client;
use crate::lab::Lab;
use crate::process::Server;
use crate::report::{Row, Table};
use crate::watch::settle;
use crate::wire::Connection;
use crate::{Bench, Outcome};

/// Sign-ins at once, a connection each.
const SIGN_INS: usize = 1_000;
/// Calls of GetUser, while nothing else runs.
const CALLS: usize = 2_000;
/// Room on the stack of a client.
const STACK: usize = 128 * 1024;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "A thousand sign-ins at once",
        "Over loopback, wall time, the clients on the same cores: GetUser again and again over one connection, alone and \
         while 1,000 sign-ins with passwords at their real price are under way.",
    );
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    let signed_in = lab.signed_in(&mut client)?;
    settle();
    let get_user = unsigned(server.address, "GetUser", &json!({ "AccessToken": signed_in.access_token }));
    let sign_in = unsigned(server.address, "InitiateAuth", &Lab::login(&signed_in.client_id));
    let idle = p99(get_users(bench, server.address, &get_user, |calls| calls < CALLS)?);
    let (left, refused) = (AtomicUsize::new(SIGN_INS), AtomicUsize::new(0));
    let one = || {
        let status =
            Connection::open(server.address).and_then(|mut one| one.send(&sign_in)).map(|answer| answer.status);
        if !matches!(status, Ok(200)) {
            refused.fetch_add(1, Ordering::Relaxed);
        }
        left.fetch_sub(1, Ordering::Relaxed);
    };
    let busy = thread::scope(|scope| {
        for _ in 0..SIGN_INS {
            thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one)?;
        }
        get_users(bench, server.address, &get_user, |_| left.load(Ordering::Relaxed) > 0)
    })?;
    let (calls, busy) = (busy.len(), p99(busy));
    let times = busy / idle;
    let refused = refused.load(Ordering::Relaxed);
    let measured = format!("{idle:.0} µs alone, {busy:.0} µs meanwhile ({calls} calls): {times:.1} times");
    table.push(Row::new("GetUser, 99 % within", measured).at_most(times, 3.0, "times"));
    table.push(Row::new("sign-ins answered with tokens", format!("{} of {SIGN_INS}", SIGN_INS - refused)));
    Ok(table)
}

fn unsigned(at: SocketAddr, operation: &str, input: &Value) -> Vec<u8> {
    let body = input.to_string();
    format!(
        "POST / HTTP/1.1\r\nhost: localhost:{}\r\ncontent-type: application/x-amz-json-1.1\r\nx-amz-target: \
         AWSCognitoIdentityProviderService.{operation}\r\ncontent-length: {}\r\n\r\n{body}",
        at.port(),
        body.len()
    )
    .into_bytes()
}

fn get_users(bench: &Bench, at: SocketAddr, request: &[u8], more: impl Fn(usize) -> bool) -> Outcome<Vec<u64>> {
    let mut connection = Connection::open(at)?;
    let mut latencies = Vec::new();
    while more(latencies.len()) {
        let begun = bench.watch.ns();
        let status = connection.send(request)?.status;
        if status != 200 {
            return Err(format!("GetUser answered {status}").into());
        }
        latencies.push(bench.watch.ns() - begun);
    }
    Ok(latencies)
}

/// Microseconds.
#[expect(clippy::cast_precision_loss, reason = "shown whole")]
fn p99(mut latencies: Vec<u64>) -> f64 {
    latencies.sort_unstable();
    latencies.get(latencies.len() * 99 / 100).copied().unwrap_or(0) as f64 / 1e3
}
