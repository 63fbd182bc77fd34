//! IAM and STS in a world of their own, for this room's tests.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, CallContext, Caller, Region, Service};
use jose::{KeySet, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use store::{MasterKey, Store};
use world::Clock as _;
use world::fake::{ManualClock, SeededRng};

use crate::identity::Identity;
use crate::ports::{IssuerKeys, KeysUnavailable};
use crate::{Config, Doors, Rooms, RootAssumes};

/// The account of every test that does not say otherwise.
pub const ACCOUNT: &str = "123456789012";
/// The one issuer that answers.
pub const ISSUER: &str = "https://accounts.example.com/pool";

/// The rooms and the doors they stand on.
pub struct World {
    /// What is tested.
    pub rooms: Rooms,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its store.
    pub store: Store,
    /// By which [`ISSUER`] signs.
    pub issuer: Arc<SigningKey>,
}

struct Issuers(Arc<KeySet>);

#[async_trait]
impl IssuerKeys for Issuers {
    async fn keys(&self, issuer: &str, _: &str) -> Result<Arc<KeySet>, KeysUnavailable> {
        let known = [ISSUER, "https://cognito-identity.amazonaws.com"].contains(&issuer);
        known.then(|| Arc::clone(&self.0)).ok_or(KeysUnavailable)
    }
}

impl World {
    /// A new world.
    pub fn new() -> Self {
        Self::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), RootAssumes::Never)
    }

    /// (Further) rooms over a store.
    pub fn over(store: Store, root_assumes: RootAssumes) -> Self {
        let clock = Arc::new(ManualClock::default());
        let issuer = Arc::new(SigningKey::generate().unwrap());
        let mut keys = KeySet::new();
        keys.insert(Arc::new(VerifyingKey::from_signing_key(&issuer).unwrap())).unwrap();
        let seed = store.subscribe().borrow().unsigned_abs() + 1;
        let doors = Doors {
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            rng: Arc::new(SeededRng::new(seed)),
            issuer_keys: Arc::new(Issuers(Arc::new(keys))),
        };
        let config = Config { account: AccountId::default(), root_assumes };
        Self { rooms: Rooms::new(config, doors), clock, store, issuer }
    }

    /// The context of a call.
    pub fn context(&self, caller: Caller) -> CallContext {
        CallContext {
            account: AccountId::default(),
            region: Region::parse("eu-west-1").unwrap(),
            request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            caller,
            source_ip: "192.0.2.1".to_owned(),
            user_agent: "tests".to_owned(),
            now: self.clock.now(),
        }
    }

    /// Calls an operation of either service, as the front door does after the constraint check.
    pub async fn call(&self, caller: Caller, operation: &str, input: Value) -> Result<Value, AwsError> {
        let call = self.context(caller);
        let service: &dyn Service =
            if model_sts::MODEL.operation(operation).is_some() { &*self.rooms.sts } else { &*self.rooms.iam };
        service.call(&call, operation, input, None).await.map(|answer| answer.output)
    }

    /// Calls an operation as root; it works.
    pub async fn ok(&self, operation: &str, input: Value) -> Value {
        self.ok_as(Caller::Root, operation, input).await
    }

    /// Calls an operation as root; it is refused: `Code: message`.
    pub async fn refused(&self, operation: &str, input: Value) -> String {
        self.refused_as(Caller::Root, operation, input).await
    }

    /// Calls an operation that works.
    pub async fn ok_as(&self, caller: Caller, operation: &str, input: Value) -> Value {
        self.call(caller, operation, input).await.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    }

    /// Calls an operation that is refused; `Code: message`.
    pub async fn refused_as(&self, caller: Caller, operation: &str, input: Value) -> String {
        match self.call(caller, operation, input).await {
            Ok(output) => panic!("{operation} was not refused: {output}"),
            Err(error) => {
                assert!(error.internal.is_none(), "{operation}: {error:?}");
                error.to_string()
            }
        }
    }

    /// Makes a user with a key; how it calls.
    pub async fn user(&self, name: &str) -> Caller {
        self.ok("CreateUser", json!({"UserName": name})).await;
        let key = self.ok("CreateAccessKey", json!({"UserName": name})).await;
        let record = self.rooms.principals.lookup(&text(&key, "/AccessKey/AccessKeyId")).await.unwrap().unwrap();
        record.identity.caller(&record.access_key_id)
    }

    /// Who a long-lived caller is.
    pub async fn identity(&self, caller: &Caller) -> Identity {
        match caller {
            Caller::Principal { access_key_id, .. } => {
                self.rooms.principals.lookup(access_key_id).await.unwrap().unwrap().identity
            }
            _ => Identity::Root { account: AccountId::default() },
        }
    }

    /// Gives a user an inline policy of one allowing statement.
    pub async fn allow(&self, user: &str, action: &str, resource: &str) {
        let document = document("Allow", action, resource);
        let input = json!({"UserName": user, "PolicyName": format!("may-{}", action.replace([':', '*'], "-")),
            "PolicyDocument": document});
        self.ok("PutUserPolicy", input).await;
    }

    /// Makes a role that trusts a principal; its ARN.
    pub async fn role(&self, name: &str, principal: Value) -> String {
        let trust = trust(principal, &["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
        let made = self.ok("CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust})).await;
        text(&made, "/Role/Arn")
    }

    /// Opens the credentials of an answer as the front door does; how the session calls.
    pub fn open(&self, answer: &Value) -> Caller {
        let (id, token) = (text(answer, "/Credentials/AccessKeyId"), text(answer, "/Credentials/SessionToken"));
        let opened = self.rooms.principals.open_session(&id, Some(&token), self.clock.now()).unwrap();
        assert_eq!(*opened.secret.expose(), text(answer, "/Credentials/SecretAccessKey"));
        Identity::Session(Arc::clone(&opened.session)).caller(&id)
    }

    /// The identity behind the credentials of an answer.
    pub fn session(&self, answer: &Value) -> Identity {
        let (id, token) = (text(answer, "/Credentials/AccessKeyId"), text(answer, "/Credentials/SessionToken"));
        let opened = self.rooms.principals.open_session(&id, Some(&token), self.clock.now()).unwrap();
        Identity::Session(Arc::clone(&opened.session))
    }
}

/// A policy of one statement.
pub fn document(effect: &str, action: &str, resource: &str) -> String {
    let statement = json!({"Sid": "One", "Effect": effect, "Action": action, "Resource": resource});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// A trust policy of one statement.
pub fn trust(principal: Value, actions: &[&str]) -> String {
    let statement = json!({"Effect": "Allow", "Principal": principal, "Action": actions});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// The text at a pointer of an answer.
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}
