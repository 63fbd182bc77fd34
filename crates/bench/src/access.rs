//! Who may do what: policy decisions, credentials of identity pools, and objects behind them.

use std::net::SocketAddr;

use iam_policy::{Context, Policies, Policy, PolicyKind, Principal, Request, evaluate};
use serde_json::json;

use crate::aws::{Client, text};
use crate::lab::Lab;
use crate::process::Server;
use crate::report::{Row, Table, per_second};
use crate::watch::{Rate, cpu_ns, settle};
use crate::wire::Connection;
use crate::{Bench, Outcome};

/// Calls of GetCredentialsForIdentity.
const CREDENTIALS: u64 = 2_000;
/// Objects written, then read.
const OBJECTS: u64 = 200;
const MIB: usize = 1 << 20;

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Access and objects",
        "Decisions in process. The rest over one kept connection to the release binary; rates per core count the server's \
         CPU time only. Objects are sealed at rest (AES-256-GCM) and synced before the answer.",
    );
    table.push(decision(bench)?);
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let server = Server::start(bench, &folder.path().join("data"))?;
    let mut client = Client::open(server.address)?;
    let lab = Lab::make(&mut client)?;
    let signed_in = lab.signed_in(&mut client)?;
    settle();
    let mut counted = Counted { bench, server: &server };
    table.push(credentials(&mut counted, &mut client, &lab, (&signed_in.client_id, &signed_in.id_token))?);
    objects(&mut counted, &mut client, &mut table)?;
    Ok(table)
}

/// Ten attached policies, of which the last allows.
fn decision(bench: &Bench) -> Outcome<Row> {
    let policy = |n: usize| {
        let bucket = if n == 9 { "site".to_owned() } else { format!("other-{n}") };
        let document = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"],
              "Resource": [format!("arn:aws:s3:::{bucket}"), format!("arn:aws:s3:::{bucket}/*")],
              "Condition": { "StringEquals": { "aws:PrincipalAccount": "123456789012" } } },
            { "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*",
              "Condition": { "Bool": { "aws:SecureTransport": "false" } } },
        ] });
        Policy::parse(&document.to_string(), PolicyKind::Identity)
    };
    let policies: Vec<Policy> = (0..10).map(policy).collect::<Result<_, _>>()?;
    let attached: Vec<&Policy> = policies.iter().collect();
    // A user: the root's policies would not be asked.
    let principal = Principal::User {
        account: "123456789012".to_owned(),
        arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
        id: "AIDAEXAMPLE".to_owned(),
        name: "alice".to_owned(),
    };
    let context = Context::of(&principal, aws_types::Timestamp::from_secs(1_767_323_045))
        .with("aws:SourceIp", "192.0.2.1")
        .with("aws:SecureTransport", "true");
    let asked = Request::new(&principal, "s3:GetObject", "arn:aws:s3:::site/index.html", &context);
    let all = Policies { identity: &attached, ..Policies::default() };
    if !evaluate(&asked, &all).is_allowed() {
        return Err("the last of ten policies does not allow".into());
    }
    let us = bench.watch.rate(|| Ok(evaluate(&asked, &all)))?.cpu_us();
    Ok(Row::new("decision over ten attached policies", format!("{us:.2} µs")).at_most(us, 5.0, "µs"))
}

/// Counts a server's time.
struct Counted<'a> {
    bench: &'a Bench,
    server: &'a Server,
}

impl Counted<'_> {
    fn rate(&mut self, operations: u64, mut one: impl FnMut(u64) -> Outcome) -> Outcome<Rate> {
        for n in 0..operations / 20 {
            one(n)?;
        }
        let (wall, cpu) = (self.bench.watch.ns(), cpu_ns(&self.server.id())?);
        for n in 0..operations {
            one(n)?;
        }
        let (wall_ns, cpu_ns) = (self.bench.watch.ns() - wall, cpu_ns(&self.server.id())? - cpu);
        Ok(Rate { operations, wall_ns, cpu_ns })
    }
}

/// A user pool's token, brought to an identity pool.
fn credentials(
    counted: &mut Counted<'_>,
    client: &mut Client,
    lab: &Lab,
    (client_id, id_token): (&str, &str),
) -> Outcome<Row> {
    let provider = format!("cognito-idp.us-east-1.amazonaws.com/{}", lab.pool_id);
    let pool = client.identity(
        "CreateIdentityPool",
        &json!({
            "IdentityPoolName": "demo", "AllowUnauthenticatedIdentities": false,
            "CognitoIdentityProviders": [{ "ProviderName": provider, "ClientId": client_id }],
        }),
    )?;
    let pool_id = text(&pool, "/IdentityPoolId")?;
    let trust = json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "Federated": "cognito-identity.amazonaws.com" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": { "cognito-identity.amazonaws.com:aud": pool_id },
                       "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": "authenticated" } },
    }] });
    let trust = trust.to_string();
    let role = [("Action", "CreateRole"), ("RoleName", "identities"), ("AssumeRolePolicyDocument", trust.as_str())];
    let role = client.iam(&role)?;
    let role = role.split_once("<Arn>").and_then(|(_, rest)| rest.split_once("</Arn>")).ok_or("a role without ARN")?.0;
    let roles = json!({ "IdentityPoolId": pool_id, "Roles": { "authenticated": role } });
    client.identity("SetIdentityPoolRoles", &roles)?;
    let logins = json!({ (provider): id_token });
    let identity = client.identity("GetId", &json!({ "IdentityPoolId": pool_id, "Logins": logins }))?;
    let input = json!({ "IdentityId": text(&identity, "/IdentityId")?, "Logins": logins });
    let rate = counted.rate(CREDENTIALS, |_| client.identity("GetCredentialsForIdentity", &input).map(drop))?;
    let core = rate.per_core();
    Ok(Row::new("GetCredentialsForIdentity", format!("{} per core", per_second(core)))
        .at_least(core, 2_000.0, "per core"))
}

fn objects(counted: &mut Counted<'_>, client: &mut Client, table: &mut Table) -> Outcome {
    let body: Vec<u8> = (0..=250u8).cycle().take(MIB).collect();
    client.s3("PUT", "/bench-objects", b"")?;
    let put = counted.rate(OBJECTS, |n| client.s3("PUT", &format!("/bench-objects/{n}"), &body).map(drop))?;
    let (all, core) = (per_second(put.per_second()), per_second(put.per_core()));
    table.push(Row::new("PUT of 1 MiB, synced", format!("{all}, {core} per core")));
    let get = counted.rate(OBJECTS, |n| {
        let got = client.s3("GET", &format!("/bench-objects/{n}"), b"")?;
        if got == body { Ok(()) } else { Err("another object came back".into()) }
    })?;
    let mib = |rate: f64| format!("{rate:.0} MiB/s");
    table.push(Row::new("GET of 1 MiB", format!("{}, {} per core", mib(get.per_second()), mib(get.per_core()))));
    if let Some(beside) = nginx(counted.bench, &body)? {
        table.push(Row::new("the same file by nginx, in the clear", beside));
    }
    Ok(())
}

/// nginx with one worker, where it is installed.
fn nginx(bench: &Bench, body: &[u8]) -> Outcome<Option<String>> {
    let folder = tempfile::tempdir_in(&bench.scratch)?;
    let root = folder.path().display().to_string();
    std::fs::write(folder.path().join("file"), body)?;
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let config = format!(
        "daemon off; master_process off; pid {root}/pid; error_log {root}/log; events {{}} http {{ access_log off; \
         sendfile on; server {{ listen 127.0.0.1:{port}; root {root}; }} }}"
    );
    std::fs::write(folder.path().join("conf"), config)?;
    let mut command = std::process::Command::new("nginx");
    let Ok(mut child) = command.arg("-c").arg(folder.path().join("conf")).spawn() else { return Ok(None) };
    settle();
    let measured = of_nginx(bench, SocketAddr::from(([127, 0, 0, 1], port)), &child.id().to_string());
    let _ = child.kill();
    let _ = child.wait();
    if let Err(error) = &measured {
        eprintln!("nginx is installed and does not answer: {error}");
    }
    Ok(measured.ok())
}

fn of_nginx(bench: &Bench, at: SocketAddr, process: &str) -> Outcome<String> {
    let mut connection = Connection::open(at)?;
    let request = crate::wire::get(at, "/file", &[]);
    let (begun, cpu) = (bench.watch.ns(), cpu_ns(process)?);
    for _ in 0..OBJECTS {
        if connection.send(&request)?.body.len() != MIB {
            return Err("nginx sent something else".into());
        }
    }
    let rate = Rate { operations: OBJECTS, wall_ns: bench.watch.ns() - begun, cpu_ns: cpu_ns(process)? - cpu };
    Ok(format!("{:.0} MiB/s, {:.0} MiB/s per core", rate.per_second(), rate.per_core()))
}
