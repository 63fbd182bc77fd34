//! Lab (a): a website whose Sign In button leads to the hosted pages, a user pool, and `GET /dragons` behind it.

use serde_json::{Value, json};

use super::Guide;
use super::client::{Client, LabError};
use super::rest_api::{Api, Mock};
use super::user_pool::{AppClient, Pool};

const BUCKET: &str = "bma-website";
const SCOPES: [&str; 5] = ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"];

/// Sets it up.
pub async fn set_up(client: &Client) -> Result<Guide, LabError> {
    let callback = format!("{}/_aws/website/{BUCKET}/callback.html", client.base_url());
    let pool = user_pool(client).await?;
    let app = pool.client(client, BUCKET, &app_client(&callback)).await?;
    pool.domain(client, "bma-demo").await?;
    let sign_in = client.sign_in_url("bma-demo", &app, &SCOPES, &callback);
    website(client, &sign_in).await?;
    let api = rest_api(client, &pool).await?;
    Ok(guide(client, &sign_in, &pool, &api))
}

async fn user_pool(client: &Client) -> Result<Pool, LabError> {
    let settings = json!({
        "PoolName": "demo",
        "AutoVerifiedAttributes": ["email"],
        "Policies": { "PasswordPolicy": {
            "MinimumLength": 8, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true,
        } },
        "Schema": [{ "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true }],
    });
    Pool::named(client, "demo", settings).await
}

fn app_client(callback: &str) -> AppClient {
    AppClient {
        explicit_auth_flows: vec!["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        callback: callback.to_owned(),
        scopes: SCOPES.to_vec(),
    }
}

/// The bucket, readable by everybody, with its two pages.
async fn website(client: &Client, sign_in: &str) -> Result<(), LabError> {
    client.ensure_bucket(BUCKET).await?;
    client.allow_public_acls(BUCKET).await?;
    let index = include_str!("site/index.html").replace("{{sign-in}}", &sign_in.replace('&', "&amp;"));
    client.put_page(BUCKET, "index.html", &index).await?;
    client.put_page(BUCKET, "callback.html", include_str!("site/callback.html")).await?;
    client.put_website(BUCKET, "index.html").await
}

async fn rest_api(client: &Client, pool: &Pool) -> Result<Api, LabError> {
    let (api, new) = Api::named(client, "dragons").await?;
    if new {
        let resource = api.resource(client, "dragons").await?;
        let authorizer = api.cognito_authorizer(client, "demo", pool, "Authorization").await?;
        let dragons: Value = serde_json::from_str(include_str!("site/dragons.json"))
            .map_err(|_| LabError::unexpected("dragons.json"))?;
        api.mock(
            client,
            &resource,
            &Mock { method: "GET", authorizer: Some(&authorizer), status: "200", body: &dragons },
        )
        .await?;
        let accepted = json!({ "message": "A dragon was reported." });
        api.mock(client, &resource, &Mock { method: "POST", authorizer: None, status: "200", body: &accepted }).await?;
        api.deploy(client, "test").await?;
    }
    Ok(api)
}

fn guide(client: &Client, sign_in: &str, pool: &Pool, api: &Api) -> Guide {
    let url = client.api_url(&api.id, "test", "dragons");
    let mut guide = Guide::new("Lab (a): dragons");
    guide.say(format!("1. Open the site and press Sign In:  {}/_aws/website/{BUCKET}/", client.base_url()));
    guide.say(format!("   (or go straight to the sign-in page: {sign_in})"));
    guide.say("2. Sign up; the code is in the inbox (address below). You come back with an id token.".to_owned());
    guide.say("3. Call the API without and with it:".to_owned());
    guide.say(format!("   curl -i {url}"));
    guide.say(format!("   curl -i {url} -H \"Authorization: $ID_TOKEN\""));
    guide.say("4. The same by the aws cli:".to_owned());
    guide.say(format!("   aws --endpoint-url {} cognito-idp list-users --user-pool-id {}", client.base_url(), pool.id));
    guide.say(format!("   aws --endpoint-url {} apigateway get-resources --rest-api-id {}", client.base_url(), api.id));
    guide
}
