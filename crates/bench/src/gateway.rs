//! A call of an API without sockets: what front door, route, authorizer, templates and answer cost around one verified
//! signature. The server is put together in this process, set up over HTTP as by any client, and then called directly.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use http::Request;
use jose::{Jwks, KeySet};
use mapping_template::{Limits, Params, Scope, Template};
use serde_json::json;
use server::app::Peer;
use server::body::whole;
use server::config::{Config, Overrides};
use server::run::{Running, start};
use server::wiring::Doors;
use tokio::runtime::Runtime;

use crate::aws::Client;
use crate::lab::Lab;
use crate::report::{Row, Table, limited, per_second};
use crate::room::runtime;
use crate::watch::settle;
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Gateway",
        "In process, from the front door to the answer, one call after the other; the token's signature is checked each \
         time.",
    );
    let (folder, runtime) = (tempfile::tempdir_in(&bench.scratch)?, runtime()?);
    let running = serve(&runtime, folder.path())?;
    let mut client = Client::open(running.http)?;
    let lab = Lab::make(&mut client)?;
    let id_token = lab.sign_in(&mut client)?;
    // The keys that are made ahead would count as CPU time of the calls.
    settle();
    let verify = verify_alone(bench, running.http, &lab, &id_token)?;
    let caller = Caller { bench, runtime: &runtime, running: &running };
    let behind = caller.rate(&lab.protected(), Some(&id_token), 200)?;
    table.push(limited("MOCK method behind a Cognito authorizer, id token", behind, ("verify alone", verify)));
    for (what, path, status) in [
        ("MOCK method behind it, no token: 401", lab.protected(), 401),
        ("MOCK method, open", lab.open(), 200),
        ("a path that is no API's: 403", "/_aws/execute-api/none/test/x".to_owned(), 403),
    ] {
        let rate = caller.rate(&path, None, status)?;
        table.push(Row::new(what, format!("{} per core", per_second(rate))));
    }
    table.push(render(bench)?);
    runtime.block_on(running.stop());
    Ok(table)
}

fn serve(runtime: &Runtime, data: &Path) -> Outcome<Running> {
    let settings = Overrides { port: Some(0), no_https: true, data: Some(data.to_owned()), ..Overrides::default() };
    let mut config = Config::load(&settings)?;
    // What is measured is the call, not its refusal.
    config.account_throttle.rate = 1e9;
    config.account_throttle.burst = u32::MAX;
    Ok(runtime.block_on(start(&config, Doors::default()))?)
}

/// The token against the pool's keys as anybody reads them.
fn verify_alone(bench: &Bench, address: SocketAddr, lab: &Lab, id_token: &str) -> Outcome<f64> {
    let keys = Connection::open(address)?.send(&get(address, &lab.keys(), &[]))?;
    let keys = KeySet::from_jwks(&Jwks::parse(&keys.body)?)?;
    Ok(bench.watch.rate(|| Ok(jose::verify(id_token, &keys)?))?.per_core())
}

struct Caller<'a> {
    bench: &'a Bench,
    runtime: &'a Runtime,
    running: &'a Running,
}

impl Caller<'_> {
    fn rate(&self, path: &str, token: Option<&str>, status: u16) -> Outcome<f64> {
        let peer = Peer {
            address: SocketAddr::from(([127, 0, 0, 1], 50_000)),
            secure: false,
            handshake: None,
            tls: None,
            vpc_endpoint: None,
        };
        let one = async || {
            let mut request = Request::get(path).header("host", "localhost");
            if let Some(token) = token {
                request = request.header("authorization", token);
            }
            let got = self.running.app.answer(peer.clone(), request.body(whole(""))?).await.status().as_u16();
            if got == status { Ok(()) } else { Err(format!("{path} answered {got}").into()) }
        };
        Ok(self.runtime.block_on(self.bench.watch.rate_async(one))?.per_core())
    }
}

const TEMPLATE: &str = r##"#set($root = $input.path('$'))
{
  "caller": "$context.authorizer.claims.email",
  "stage": "$stageVariables.name",
  "family": "$util.escapeJavaScript($input.params('family'))",
  "dragons": [#foreach($dragon in $root.dragons)
    { "name": "$dragon.name", "age": $dragon.age }#if($foreach.hasNext),#end
  #end]
}"##;

/// A template with a loop over ten dragons, as the guide's examples have.
fn render(bench: &Bench) -> Outcome<Row> {
    let template = Template::compile(TEMPLATE)?;
    let dragons: Vec<_> = (0..10).map(|age| json!({ "name": "Smolder", "age": age })).collect();
    let body = json!({ "dragons": dragons }).to_string();
    let params = Params { querystring: BTreeMap::from([("family".to_owned(), "red".to_owned())]), ..Params::default() };
    let context = json!({ "authorizer": { "claims": { "email": "alice@example.com" } } });
    let stage_variables = BTreeMap::from([("name".to_owned(), "test".to_owned())]);
    let scope = Scope { body: &body, params: &params, context: &context, stage_variables: &stage_variables };
    let rendered = bench.watch.rate(|| Ok(template.render(&scope, Limits::default())?))?;
    Ok(Row::new("mapping template with a loop of ten", format!("{} per core", per_second(rendered.per_core()))))
}
