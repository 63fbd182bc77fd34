//! What tokens cost where user pools issue and take them.

use argon2::{Algorithm, Argon2, Params, Version};
use cognito_idp::HashParams;
use serde_json::json;

use crate::aws::text;
use crate::crypto::Bare;
use crate::report::{Row, Table, limited, per_second};
use crate::room::{PASSWORD, Room, runtime};
use crate::{Bench, Outcome, srp};

const USER: &str = "alice";

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Sign-in",
        "In process, operations of user pools over a store on the disk, one call after the other; passwords at their real \
         price (Argon2id, 19 MiB, two passes). Each answer of a sign-in or refresh bears two signed tokens.",
    );
    let (folder, runtime) = (tempfile::tempdir_in(&bench.scratch)?, runtime()?);
    let bare = Bare::measure(bench)?;
    let argon2 = argon2_alone(bench)?;
    let room = Room::open(folder.path(), HashParams::default())?;
    runtime.block_on(async {
        let pool = room.pool().await?;
        let client = room.client(&pool).await?;
        room.user(&pool, USER).await?;
        let tokens = room.sign_in(&client, USER).await?;
        let password = bench.watch.rate_async(async || room.sign_in(&client, USER).await).await?;
        let limit = 1.0 / (1.0 / argon2 + 2.0 / bare.sign);
        let row = limited("password sign-in", password.per_core(), ("Argon2id and two RSA signatures", limit));
        table.push(row.at_least(password.per_core() / argon2, 0.9, "of Argon2id"));
        table.push(Row::new("Argon2id alone", format!("{} per core", per_second(argon2))));
        table.push(srp::row(bench, &room, (&pool, &client, USER), bare.sign).await?);
        let refresh = text(&tokens, "/AuthenticationResult/RefreshToken")?;
        let parameters = json!({ "REFRESH_TOKEN": refresh });
        let refresh = json!({ "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
        let issue = async || room.call("InitiateAuth", refresh.clone()).await;
        let issued = bench.watch.rate_async(issue).await?.per_core();
        let row = limited("tokens by REFRESH_TOKEN_AUTH", issued, ("two RSA signatures", bare.sign / 2.0));
        table.push(row.at_least(issued, 1_500.0, "per core"));
        table.push(machine_tokens(bench, &room, &pool, bare.sign).await?);
        let access = json!({ "AccessToken": text(&tokens, "/AuthenticationResult/AccessToken")? });
        let get = async || room.call("GetUser", access.clone()).await;
        let got = bench.watch.rate_async(get).await?.per_core();
        let row = limited("GetUser by access token", got, ("RSA verify", bare.verify));
        table.push(row.at_least(got, 15_000.0, "per core"));
        Ok(table)
    })
}

/// The client credentials grant.
async fn machine_tokens(bench: &Bench, room: &Room, pool: &str, sign: f64) -> Outcome<Row> {
    let server = json!({
        "UserPoolId": pool, "Identifier": "api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "reads" }],
    });
    room.call("CreateResourceServer", server).await?;
    let client = json!({
        "UserPoolId": pool, "ClientName": "machine", "GenerateSecret": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthScopes": ["api/read"],
    });
    let client = room.call("CreateUserPoolClient", client).await?;
    let id = text(&client, "/UserPoolClient/ClientId")?;
    let wish = json!({ "ClientId": id, "Secret": text(&client, "/UserPoolClient/ClientSecret")? });
    let issued = bench.watch.rate_async(async || room.call("GetClientToken", wish.clone()).await).await?.per_core();
    Ok(limited("client credentials, RS256", issued, ("RSA sign", sign)).at_least(issued, 1_600.0, "per core"))
}

fn argon2_alone(bench: &Bench) -> Outcome<f64> {
    let price = HashParams::default();
    let params = Params::new(price.memory_kib, price.iterations, 1, None).map_err(|error| error.to_string())?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; 32];
    let mut hash = || {
        let hashed = argon2.hash_password_into(PASSWORD.as_bytes(), b"sixteen bytes ok", &mut out);
        Ok(hashed.map_err(|error| error.to_string())?)
    };
    Ok(bench.watch.rate(&mut hash)?.per_core())
}
