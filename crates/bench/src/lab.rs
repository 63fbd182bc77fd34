//! What a small installation has: a pool with a client and a user, an API with a method behind the pool's authorizer and
//! one that is open. Made through the public AWS APIs.

use serde_json::{Value, json};

use crate::Outcome;
use crate::aws::{Client, text};

/// What was made.
pub struct Lab {
    /// The pool.
    pub pool_id: String,
    /// The API, stage `test`.
    pub api_id: String,
}

const USER: &str = "alice";
const PASSWORD: &str = "P@ssw0rd-1";
/// What the mocks answer.
const DRAGONS: &str =
    r#"[{"dragon_name_str":"Smolder","family_str":"red"},{"dragon_name_str":"Brim","family_str":"green"}]"#;

impl Lab {
    /// Makes it.
    pub fn make(client: &mut Client) -> Outcome<Self> {
        let pool = client.cognito("CreateUserPool", &json!({ "PoolName": "demo" }))?;
        let (pool_id, pool_arn) = (text(&pool, "/UserPool/Id")?, text(&pool, "/UserPool/Arn")?);
        let api_id = api(client, &pool_arn)?;
        Ok(Self { pool_id, api_id })
    }

    /// A client and a user, who signs in; the id token, good for an hour.
    pub fn sign_in(&self, client: &mut Client) -> Outcome<String> {
        Ok(self.signed_in(client)?.id_token)
    }

    /// [`Lab::sign_in`], with more of what came of it.
    pub fn signed_in(&self, client: &mut Client) -> Outcome<SignedIn> {
        signed_in(client, &self.pool_id)
    }

    /// What InitiateAuth is given.
    pub fn login(client_id: &str) -> Value {
        let parameters = json!({ "USERNAME": USER, "PASSWORD": PASSWORD });
        json!({ "ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters })
    }

    /// The method behind the authorizer.
    pub fn protected(&self) -> String {
        format!("/_aws/execute-api/{}/test/dragons", self.api_id)
    }

    /// The open method.
    pub fn open(&self) -> String {
        format!("/_aws/execute-api/{}/test/open", self.api_id)
    }

    /// The pool's keys.
    pub fn keys(&self) -> String {
        format!("/{}/.well-known/jwks.json", self.pool_id)
    }
}

/// A user who has signed in.
pub struct SignedIn {
    /// Through which client.
    pub client_id: String,
    /// The id token.
    pub id_token: String,
    /// The access token.
    pub access_token: String,
}

fn signed_in(client: &mut Client, pool_id: &str) -> Outcome<SignedIn> {
    let app = json!({
        "UserPoolId": pool_id, "ClientName": "app",
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    });
    let client_id = text(&client.cognito("CreateUserPoolClient", &app)?, "/UserPoolClient/ClientId")?;
    let user = json!({ "UserPoolId": pool_id, "Username": USER, "MessageAction": "SUPPRESS" });
    client.cognito("AdminCreateUser", &user)?;
    let password = json!({ "UserPoolId": pool_id, "Username": USER, "Password": PASSWORD, "Permanent": true });
    client.cognito("AdminSetUserPassword", &password)?;
    let answer = client.cognito("InitiateAuth", &Lab::login(&client_id))?;
    let token = |name: &str| text(&answer, &format!("/AuthenticationResult/{name}"));
    Ok(SignedIn { id_token: token("IdToken")?, access_token: token("AccessToken")?, client_id })
}

fn api(client: &mut Client, pool_arn: &str) -> Outcome<String> {
    let api = text(&client.apigateway("POST", "/restapis", &json!({ "name": "dragons" }))?, "/id")?;
    let base = format!("/restapis/{api}");
    let root = client.apigateway("GET", &format!("{base}/resources"), &Value::Null)?;
    let root = text(&root, "/item/0/id").or_else(|_| text(&root, "/_embedded/item/id"))?;
    let authorizer = json!({
        "name": "demo", "type": "COGNITO_USER_POOLS", "providerARNs": [pool_arn],
        "identitySource": "method.request.header.Authorization",
    });
    let authorizer = text(&client.apigateway("POST", &format!("{base}/authorizers"), &authorizer)?, "/id")?;
    let cognito = json!({ "authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer });
    for (part, authorization) in [("dragons", cognito), ("open", json!({ "authorizationType": "NONE" }))] {
        let target = format!("{base}/resources/{root}");
        let resource = text(&client.apigateway("POST", &target, &json!({ "pathPart": part }))?, "/id")?;
        mock(client, &format!("{base}/resources/{resource}/methods/GET"), &authorization)?;
    }
    client.apigateway("POST", &format!("{base}/deployments"), &json!({ "stageName": "test" }))?;
    Ok(api)
}

fn mock(client: &mut Client, method: &str, authorization: &Value) -> Outcome {
    let integration = json!({ "type": "MOCK", "requestTemplates": { "application/json": r#"{"statusCode": 200}"# } });
    let response = json!({ "responseTemplates": { "application/json": DRAGONS } });
    client.apigateway("PUT", method, authorization)?;
    client.apigateway("PUT", &format!("{method}/responses/200"), &json!({}))?;
    client.apigateway("PUT", &format!("{method}/integration"), &integration)?;
    client.apigateway("PUT", &format!("{method}/integration/responses/200"), &response)?;
    Ok(())
}
