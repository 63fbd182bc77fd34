//! Deploying one of a thousand APIs, and finding a route among ten and ten thousand resources.

use execute_api::router::Router;
use serde_json::{Value, json};

use crate::aws::{Client, text};
use crate::process::Server;
use crate::report::{Row, Table, ms};
use crate::watch::spread;
use crate::{Bench, Outcome};

const APIS: usize = 1_000;
const DEPLOYMENTS: usize = 20;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Deployments and routes",
        "Over loopback, with durable commits: one of 1,000 deployed APIs is deployed again, 20 times. Route look-ups in \
         process.",
    );
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    let mut client = Client::open(server.address)?;
    let mut last = String::new();
    for n in 0..APIS {
        last = api(&mut client, n)?;
    }
    let target = format!("/restapis/{last}/deployments");
    let mut times = Vec::with_capacity(DEPLOYMENTS);
    for _ in 0..DEPLOYMENTS {
        let begun = bench.watch.ns();
        client.apigateway("POST", &target, &json!({ "stageName": "test" }))?;
        times.push(bench.watch.ns() - begun);
    }
    let (_, median, greatest) = spread(times)?;
    let greatest_ms = ms(greatest);
    let shown = format!("{} ms, at most {greatest_ms} ms", ms(median));
    table.push(Row::new("CreateDeployment of one of 1,000 APIs", shown).at_most(greatest_ms, 100.0, "ms"));
    for resources in [10, 1_000, 10_000] {
        table.push(route(bench, resources)?);
    }
    Ok(table)
}

fn api(client: &mut Client, n: usize) -> Outcome<String> {
    let api = client.apigateway("POST", "/restapis", &json!({ "name": format!("api {n}") }))?;
    let id = text(&api, "/id")?;
    let root = text(&api, "/rootResourceId")?;
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    let integration = json!({ "type": "MOCK", "requestTemplates": { "application/json": r#"{"statusCode": 200}"# } });
    for (target, body) in [
        (method.clone(), json!({ "authorizationType": "NONE" })),
        (format!("{method}/responses/200"), json!({})),
        (format!("{method}/integration"), integration),
        (format!("{method}/integration/responses/200"), json!({})),
    ] {
        client.apigateway("PUT", &target, &body)?;
    }
    let deployed =
        client.apigateway("POST", &format!("/restapis/{id}/deployments"), &json!({ "stageName": "test" }))?;
    deployed.get("id").and_then(Value::as_str).ok_or("no deployment")?;
    Ok(id)
}

fn route(bench: &Bench, resources: usize) -> Outcome<Row> {
    let mut router = Router::default();
    for n in 0..resources {
        router.insert(&format!("/pets/kind{n}/{{petId}}"), n)?;
    }
    let path = format!("/pets/kind{}/7", resources / 2);
    let found = bench.watch.rate(|| Ok(router.find(&path, |_| true).map(|hit| *hit.resource).ok_or("no route")?))?;
    Ok(Row::new(format!("route among {resources} resources"), format!("{:.2} µs", found.cpu_us())))
}
