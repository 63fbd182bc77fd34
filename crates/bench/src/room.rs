//! User pools in this process, over a store on the disk, called as the front door calls them.

use std::path::Path;
use std::sync::Arc;

use aws_types::{AccountId, CallContext, Caller, Region, Service as _, Timestamp};
use cognito_idp::ports::{NoLogDestinations, NoRoles};
use cognito_idp::{CognitoIdp, Config, Doors, HashParams};
use serde_json::{Value, json};
use store::{MasterKey, Store};
use tokio::runtime::Runtime;
use world::{Clock as _, Inbox, NoFunctions, SystemClock, SystemRng};

use crate::Outcome;
use crate::aws::text;

/// A password that the default policy takes.
pub const PASSWORD: &str = "P@ssw0rd-1";

/// The price of passwords where they are not what is measured.
pub const CHEAP: HashParams = HashParams { memory_kib: 64, iterations: 1, slots: 2, queue: 256 };

/// The service.
pub struct Room {
    store: Store,
    service: Arc<CognitoIdp>,
    clock: Arc<SystemClock>,
}

impl Room {
    /// Over a data folder.
    pub fn open(data: &Path, hash: HashParams) -> Outcome<Self> {
        let clock = Arc::new(SystemClock::new());
        let store = Store::open(data, MasterKey::from_bytes([7; 32]))?;
        let doors = Doors {
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            rng: Arc::new(SystemRng::new()),
            messages: Arc::new(Inbox::new(100)),
            functions: Arc::new(NoFunctions),
            logs: Arc::new(NoLogDestinations),
            sms_roles: Arc::new(NoRoles),
        };
        let config = Config { hash, reserve_keys: 0, ..Config::default() };
        Ok(Self { store, service: CognitoIdp::new(config, doors), clock })
    }

    /// What lies under it.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Its time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Calls an operation.
    pub async fn call(&self, operation: &str, input: Value) -> Outcome<Value> {
        let context = CallContext {
            account: AccountId::default(),
            region: Region::default(),
            request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            caller: Caller::Root,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: "bench".to_owned(),
            now: self.clock.now(),
        };
        let answer = self.service.call(&context, operation, input, None).await;
        Ok(answer.map_err(|error| format!("{operation}: {error:?}"))?.output)
    }

    /// A new pool; its id.
    pub async fn pool(&self) -> Outcome<String> {
        text(&self.call("CreateUserPool", json!({ "PoolName": "demo" })).await?, "/UserPool/Id")
    }

    /// A public client for passwords, SRP and refresh tokens; its id.
    pub async fn client(&self, pool_id: &str) -> Outcome<String> {
        let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let input = json!({ "UserPoolId": pool_id, "ClientName": "app", "ExplicitAuthFlows": flows });
        text(&self.call("CreateUserPoolClient", input).await?, "/UserPoolClient/ClientId")
    }

    /// A user who can sign in with [`PASSWORD`].
    pub async fn user(&self, pool_id: &str, name: &str) -> Outcome {
        let attributes = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
        let user = json!({
            "UserPoolId": pool_id, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes,
        });
        self.call("AdminCreateUser", user).await?;
        let password = json!({ "UserPoolId": pool_id, "Username": name, "Password": PASSWORD, "Permanent": true });
        self.call("AdminSetUserPassword", password).await.map(drop)
    }

    /// Signs in; the whole answer.
    pub async fn sign_in(&self, client_id: &str, name: &str) -> Outcome<Value> {
        let parameters = json!({ "USERNAME": name, "PASSWORD": PASSWORD });
        let input = json!({ "ClientId": client_id, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        self.call("InitiateAuth", input).await
    }
}

/// Something to run asynchronous operations on.
pub fn runtime() -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
