//! Lab (b): a user made by an administrator, who must set a new password at the first sign-in, and `GET /mock` behind an
//! authorizer whose token source is the header `auth-token`.

use serde_json::json;

use super::Guide;
use super::client::{Client, LabError};
use super::rest_api::{Api, Mock};
use super::user_pool::{AppClient, Pool};

const USER: &str = "CognitoUser";
const TEMPORARY_PASSWORD: &str = "Temp-Passw0rd!";
const SCOPES: [&str; 3] = ["openid", "email", "aws.cognito.signin.user.admin"];

/// Sets it up.
pub async fn set_up(client: &Client) -> Result<Guide, LabError> {
    let callback = format!("{}/_aws/website/bma-website/callback.html", client.base_url());
    let pool = Pool::named(client, "cognito-lab-pool", json!({ "PoolName": "cognito-lab-pool" })).await?;
    let settings = AppClient {
        explicit_auth_flows: vec!["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        callback: callback.clone(),
        scopes: SCOPES.to_vec(),
    };
    let app = pool.client(client, "lab-api-client", &settings).await?;
    pool.domain(client, "lab-pool").await?;
    pool.user(client, USER, TEMPORARY_PASSWORD, "cognito.user@example.com").await?;
    let (api, new) = Api::named(client, "Mock API").await?;
    let authorizer = if new {
        let resource = api.resource(client, "mock").await?;
        let authorizer = api.cognito_authorizer(client, "lab-api-cognito-authorizer", &pool, "auth-token").await?;
        let body = json!({ "confidential": "Secure, Me!!" });
        api.mock(client, &resource, &Mock { method: "GET", authorizer: Some(&authorizer), status: "200", body: &body })
            .await?;
        api.deploy(client, "dev").await?;
        authorizer
    } else {
        api.authorizer(client, "lab-api-cognito-authorizer").await?
    };
    let sign_in = client.sign_in_url("lab-pool", &app, &SCOPES, &callback);
    Ok(guide(client, &sign_in, &api, &authorizer))
}

fn guide(client: &Client, sign_in: &str, api: &Api, authorizer: &str) -> Guide {
    let url = client.api_url(&api.id, "dev", "mock");
    let base = client.base_url();
    let mut guide = Guide::new("Lab (b): Mock API");
    guide.say(format!("1. Sign in as {USER} with the temporary password {TEMPORARY_PASSWORD} and set a new one:"));
    guide.say(format!("   {sign_in}"));
    guide.say("2. Call the API without and with the id token:".to_owned());
    guide.say(format!("   curl -i {url}"));
    guide.say(format!("   curl -i {url} -H \"auth-token: $ID_TOKEN\""));
    guide.say("3. Ask the authorizer alone, as the console's test page does:".to_owned());
    guide.say(format!(
        "   aws --endpoint-url {base} apigateway test-invoke-authorizer --rest-api-id {} --authorizer-id {authorizer} \
         --headers auth-token=$ID_TOKEN",
        api.id
    ));
    guide
}
