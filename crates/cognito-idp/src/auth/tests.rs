//! Sign-in from the outside: the operations of the AWS API and the port of the hosted pages, over one service.

pub mod account;
mod bounds;
pub mod choice;
mod device_factor;
pub mod devices;
pub mod enumeration;
pub mod factors;
pub mod grants;
mod introspection;
mod list_users;
mod lockout;
pub mod messages;
pub mod mfa;
pub mod passkeys;
pub mod recovery;
mod sending;
pub mod sign_in;
pub mod sign_up;
mod sign_up_session;
pub mod software_token;
pub mod srp;
mod throttle;
pub mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::{AwsError, Service};
use serde_json::{Value, json};
use user_pool_domain::ports::{FlowContext, UserPool};

use crate::testing::{World, text};

/// A password that every default policy takes.
pub const PASSWORD: &str = "P@ssw0rd-1";
/// Another one.
pub const OTHER: &str = "N3w-P@ssw0rd";

/// How often a race is run, with 32 at once.
pub const ROUNDS: usize = 100;

/// A pool with one client, and what happens there.
pub struct Lab {
    pub world: World,
    pub pool: String,
    pub client: String,
}

/// Tokens of a sign-in.
#[derive(Clone)]
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
}

/// All flows that are built.
pub fn flows() -> Value {
    json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
}

impl Lab {
    /// E-mail is verified at sign-up; the client tells which users exist.
    pub async fn new() -> Self {
        Self::with(json!({ "AutoVerifiedAttributes": ["email"] }), json!({})).await
    }

    /// The client does not tell which users exist.
    pub async fn hiding() -> Self {
        let client = json!({ "PreventUserExistenceErrors": "ENABLED" });
        Self::with(json!({ "AutoVerifiedAttributes": ["email"] }), client).await
    }

    pub async fn with(pool: Value, mut client: Value) -> Self {
        let world = World::new();
        let pool = world.pool(pool).await;
        client.as_object_mut().unwrap().entry("ExplicitAuthFlows").or_insert(flows());
        let client = world.client(&pool, client).await;
        Self { world, pool, client }
    }

    pub async fn ok(&self, operation: &str, input: Value) -> Value {
        self.world.ok(operation, input).await
    }

    pub async fn refused(&self, operation: &str, input: Value) -> String {
        self.world.refused(operation, input).await
    }

    /// Calls an administrator's operation on a user.
    pub async fn admin(&self, operation: &str, name: &str, input: Value) -> Value {
        self.ok(operation, self.admin_input(name, input)).await
    }

    pub async fn admin_refused(&self, operation: &str, name: &str, input: Value) -> String {
        self.refused(operation, self.admin_input(name, input)).await
    }

    fn admin_input(&self, name: &str, mut input: Value) -> Value {
        input["UserPoolId"] = json!(self.pool);
        input["Username"] = json!(name);
        input
    }

    /// A confirmed user with [`PASSWORD`] and a verified address.
    pub async fn user(&self, name: &str) {
        let email = format!("{name}@example.com");
        let attributes = json!([{ "Name": "email", "Value": email }, { "Name": "email_verified", "Value": "true" }]);
        let input = json!({ "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
        self.admin("AdminCreateUser", name, input).await;
        self.admin("AdminSetUserPassword", name, json!({ "Password": PASSWORD, "Permanent": true })).await;
    }

    /// A confirmed user whose username is a verified address.
    pub async fn user_by_address(&self, address: &str) {
        let attributes = json!([{ "Name": "email_verified", "Value": "true" }]);
        let input = json!({ "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
        self.admin("AdminCreateUser", address, input).await;
        self.admin("AdminSetUserPassword", address, json!({ "Password": PASSWORD, "Permanent": true })).await;
    }

    /// Input of InitiateAuth.
    pub fn login(&self, name: &str, password: &str) -> Value {
        let parameters = json!({ "USERNAME": name, "PASSWORD": password });
        json!({ "ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters })
    }

    pub async fn sign_in(&self, name: &str, password: &str) -> Tokens {
        tokens(&self.ok("InitiateAuth", self.login(name, password)).await)
    }

    pub async fn sign_in_refused(&self, name: &str, password: &str) -> String {
        self.refused("InitiateAuth", self.login(name, password)).await
    }

    pub fn refresh_input(&self, token: &str) -> Value {
        let parameters = json!({ "REFRESH_TOKEN": token });
        json!({ "ClientId": self.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters })
    }

    pub async fn refresh_refused(&self, token: &str) -> String {
        self.refused("InitiateAuth", self.refresh_input(token)).await
    }

    pub async fn get_user(&self, access: &str) -> Value {
        self.ok("GetUser", json!({ "AccessToken": access })).await
    }

    pub async fn get_user_refused(&self, access: &str) -> String {
        self.refused("GetUser", json!({ "AccessToken": access })).await
    }

    /// Input of an operation of the client about a name.
    pub fn about(&self, name: &str, mut input: Value) -> Value {
        input["ClientId"] = json!(self.client);
        input["Username"] = json!(name);
        input
    }

    pub async fn sign_up(&self, name: &str) -> Value {
        let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
        self.ok("SignUp", self.about(name, json!({ "Password": PASSWORD, "UserAttributes": attributes }))).await
    }

    /// The newest code or temporary password in the inbox.
    pub fn code(&self) -> String {
        self.world.inbox.newest(1, |_| true).first().and_then(|message| message.code.clone()).expect("a message")
    }

    pub fn messages(&self) -> usize {
        self.world.inbox.newest(1000, |_| true).len()
    }

    pub fn advance_s(&self, seconds: i64) {
        self.world.clock.advance_s(seconds);
    }

    pub fn evaluations(&self) -> u64 {
        self.world.service.auth().hasher.evaluations()
    }

    /// The pool as the hosted pages see it.
    pub fn port(&self) -> &dyn UserPool {
        &*self.world.service
    }

    /// The context of the hosted pages.
    pub fn flow(&self) -> FlowContext<'_> {
        flow(&self.pool, &self.client)
    }

    /// The same call many times at once.
    pub async fn at_once(&self, times: usize, operation: &'static str, input: &Value) -> Vec<Result<Value, AwsError>> {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..times {
            let (service, input) = (Arc::clone(&self.world.service), input.clone());
            let context = self.world.context(crate::testing::REGION);
            tasks
                .spawn(async move { service.call(&context, operation, input, None).await.map(|answer| answer.output) });
        }
        tasks.join_all().await
    }
}

pub fn flow<'a>(pool_id: &'a str, client_id: &'a str) -> FlowContext<'a> {
    FlowContext { pool_id, client_id, host: "localhost", source_ip: "127.0.0.1", user_agent: "tests", device: None }
}

/// Tokens of an answer of InitiateAuth or RespondToAuthChallenge.
pub fn tokens(answer: &Value) -> Tokens {
    let token = |name: &str| text(answer, &format!("/AuthenticationResult/{name}"));
    Tokens { access: token("AccessToken"), id: token("IdToken"), refresh: token("RefreshToken") }
}

/// Attributes of a user as a map.
pub fn attributes(user: &Value) -> BTreeMap<String, String> {
    let list = user.get("UserAttributes").or_else(|| user.get("Attributes")).and_then(Value::as_array);
    list.unwrap().iter().map(|item| (text(item, "/Name"), text(item, "/Value"))).collect()
}

/// Claims of a token, its signature unproven.
pub fn claims(token: &str) -> serde_json::Map<String, Value> {
    jose::unverified_payload(token).expect("a token")
}

/// `SECRET_HASH`.
pub fn secret_hash(secret: &str, name: &str, client: &str) -> String {
    use base64::Engine as _;
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    let tag = aws_lc_rs::hmac::sign(&key, format!("{name}{client}").as_bytes());
    base64::engine::general_purpose::STANDARD.encode(tag)
}
