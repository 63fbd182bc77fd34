//! What it costs to call a function that lives here: warm through a REST API, cold, and how much memory a thousand
//! configurations take.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::aws::{Client, text};
use crate::process::Server;
use crate::report::{Row, Table, ms};
use crate::watch::spread;
use crate::wire::{Connection, get};
use crate::{Bench, Outcome};

/// Calls of a warm function.
const WARM: usize = 500;
/// Calls of a function whose process must start first, and starts of the bare interpreter.
const COLD: usize = 15;
/// Functions that are only kept.
const KEPT: usize = 1_000;
const CODE: &str = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'ok'}\n";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Functions",
        "Over loopback, wall time, the release binary: a Python function that answers at once, behind a REST API \
         (AWS_PROXY), so that all that is measured is what lies around it. A cold call follows a change of the function's \
         configuration, which ends its process. The bare interpreter is started with `-I -c pass`.",
    );
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    let mut client = Client::open(server.address)?;
    let made = Made { zip: zip(folder.path())?, role: role(&mut client)? };
    let target = made.behind_an_api(&mut client)?;
    let call = get(server.address, &target, &[]);
    let mut connection = Connection::open(server.address)?;
    let mut called = || -> Outcome<u64> {
        let begun = bench.watch.ns();
        let answer = connection.send(&call)?;
        let taken = bench.watch.ns() - begun;
        if answer.status == 200 { Ok(taken) } else { Err(format!("the function answered {}", answer.status).into()) }
    };
    called()?;
    let (_, warm, greatest) = spread((0..WARM).map(|_| called()).collect::<Outcome<Vec<u64>>>()?)?;
    let shown = format!("{} ms, at most {} ms", ms(warm), ms(greatest));
    table.push(Row::new("warm call through a REST API, median", shown).at_most(ms(warm), 1.5, "ms"));
    let mut cold = Vec::with_capacity(COLD);
    for n in 0..COLD {
        let change = json!({ "Description": n.to_string() });
        client.rest("lambda", ("PUT", "/2015-03-31/functions/warm/configuration"), &change)?;
        cold.push(called()?);
    }
    let (cold, bare) = (spread(cold)?.1, bare(bench)?);
    let more = ms(cold) - ms(bare);
    let shown = format!("{} ms, {more:.1} ms more than the bare interpreter", ms(cold));
    let row = Row::new("cold call, median", shown).at_most(more, 15.0, "ms more");
    table.push(row.limit(format!("the bare interpreter: {} ms", ms(bare))));
    let before = server.resident_kib()?;
    for n in 0..KEPT {
        made.function(&mut client, &format!("kept{n}"))?;
    }
    let grown = server.resident_kib()?.saturating_sub(before);
    table.push(Row::new("resident memory for 1,000 functions more", format!("{:.1} MiB", grown as f64 / 1024.0)));
    Ok(table)
}

/// What functions are made of.
struct Made {
    zip: String,
    role: String,
}

impl Made {
    fn function(&self, client: &mut Client, name: &str) -> Outcome<String> {
        let wish = json!({
            "FunctionName": name, "Runtime": "python3.12", "Handler": "app.handler", "Role": self.role,
            "Code": { "ZipFile": self.zip },
        });
        text(&client.rest("lambda", ("POST", "/2015-03-31/functions"), &wish)?, "/FunctionArn")
    }

    /// A function behind an API; where it is called.
    fn behind_an_api(&self, client: &mut Client) -> Outcome<String> {
        let function = self.function(client, "warm")?;
        let permission = json!({
            "StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        });
        client.rest("lambda", ("POST", "/2015-03-31/functions/warm/policy"), &permission)?;
        let api = client.apigateway("POST", "/restapis", &json!({ "name": "functions" }))?;
        let (id, root) = (text(&api, "/id")?, text(&api, "/rootResourceId")?);
        let method = format!("/restapis/{id}/resources/{root}/methods/GET");
        let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations");
        let integration = json!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": uri });
        client.apigateway("PUT", &method, &json!({ "authorizationType": "NONE" }))?;
        client.apigateway("PUT", &format!("{method}/integration"), &integration)?;
        client.apigateway("POST", &format!("/restapis/{id}/deployments"), &json!({ "stageName": "test" }))?;
        Ok(format!("/_aws/execute-api/{id}/test/"))
    }
}

/// The interpreter packs its own code.
fn zip(folder: &Path) -> Outcome<String> {
    std::fs::write(folder.join("app.py"), CODE)?;
    let pack = ["-m", "zipfile", "-c", "app.zip", "app.py"];
    let packed = Command::new("python3").args(pack).current_dir(folder).status()?;
    if !packed.success() {
        return Err("python3 could not pack the function".into());
    }
    Ok(STANDARD.encode(std::fs::read(folder.join("app.zip"))?))
}

fn role(client: &mut Client) -> Outcome<String> {
    let form = [("Action", "CreateRole"), ("RoleName", "functions"), ("AssumeRolePolicyDocument", TRUST)];
    let answer = client.iam(&form)?;
    let arn = answer.split_once("<Arn>").and_then(|(_, rest)| rest.split_once("</Arn>")).ok_or("no role")?;
    Ok(arn.0.to_owned())
}

/// The median start of the interpreter itself, in nanoseconds; what `PATH` has may only lead to it.
fn bare(bench: &Bench) -> Outcome<u64> {
    let found = Command::new("python3").args(["-c", "import sys; print(sys.executable, end='')"]).output()?;
    let program = String::from_utf8(found.stdout)?;
    let mut times = Vec::with_capacity(COLD);
    for _ in 0..COLD {
        let begun = bench.watch.ns();
        let status = Command::new(&program).args(["-I", "-c", "pass"]).status()?;
        times.push(bench.watch.ns() - begun);
        if !status.success() {
            return Err("python3 does not start".into());
        }
    }
    Ok(spread(times)?.1)
}
