//! A user pool service in a world of its own, for this room's tests: memory store, a clock that stands still, seeded
//! dice, an inbox, cheap passwords, a few kept keys.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use aws_types::call::Caller;
use aws_types::{AccountId, AwsError, CallContext, Region, Secret, Service, Timestamp};
use serde_json::{Value, json};
use store::{MasterKey, Store};
use world::fake::{ManualClock, ScriptedFunctions, SeededRng};
use world::{Clock, Inbox, Lock};

use crate::ports::{LogDestinations, SmsRole, SmsRoles};
use crate::{CognitoIdp, Config, Doors, HashParams};

/// One service and the doors it stands on.
pub struct World {
    /// The service.
    pub service: Arc<CognitoIdp>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its mails.
    pub inbox: Arc<Inbox>,
    /// The functions of its triggers.
    pub functions: Arc<ScriptedFunctions>,
    /// What log groups got.
    pub logs: Arc<Logged>,
    /// The role of text messages.
    pub role: Arc<ScriptedRole>,
    /// Its store.
    pub store: Store,
}

/// Destinations that keep everything: group, bucket or delivery stream; stream or pool; message. What is named `missing` is
/// not there.
#[derive(Default)]
pub struct Logged(pub Lock<Vec<(String, String, Value)>>);

#[async_trait]
impl LogDestinations for Logged {
    fn put(&self, group_arn: &str, stream: &str, (_, message): (Timestamp, String)) {
        let message = serde_json::from_str(&message).unwrap();
        self.0.lock().push((group_arn.to_owned(), stream.to_owned(), message));
    }

    fn deliver(&self, destination_arn: &str, pool_arn: &str, event: (Timestamp, String)) {
        self.put(destination_arn, pool_arn, event);
    }

    async fn is_there(&self, destination_arn: &str, _: &str) -> Result<bool, AwsError> {
        Ok(!destination_arn.ends_with("missing"))
    }
}

/// What the role of text messages lets pools do, whatever its name, and the `ExternalId`s that it was asked by.
pub struct ScriptedRole(pub Lock<(SmsRole, Vec<Option<String>>)>);

#[async_trait]
impl SmsRoles for ScriptedRole {
    async fn look(&self, _: &str, external_id: Option<&str>, _: Timestamp) -> Result<SmsRole, AwsError> {
        let mut asked = self.0.lock();
        asked.1.push(external_id.map(str::to_owned));
        Ok(asked.0)
    }
}

/// The wrapping key of custom senders, 32 times 9.
pub const KMS_KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

thread_local! {
    static REFUSED: RefCell<BTreeSet<(String, String)>> = const { RefCell::new(BTreeSet::new()) };
}

/// The errors that calls of this thread ended in since this was asked last: (operation, code).
pub fn refused_since() -> BTreeSet<(String, String)> {
    REFUSED.take()
}

/// What tests call with unless they say otherwise.
pub const REGION: &str = "eu-west-1";

impl World {
    /// A new world.
    pub fn new() -> Self {
        Self::over(Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap(), config())
    }

    /// A (further) service over a store.
    pub fn over(store: Store, config: Config) -> Self {
        let (clock, inbox) = (Arc::new(ManualClock::default()), Arc::new(Inbox::new(1000)));
        let functions = Arc::new(ScriptedFunctions::default());
        let logs = Arc::new(Logged::default());
        let role = Arc::new(ScriptedRole(Lock::new((SmsRole::Elsewhere, Vec::new()))));
        let seed = store.subscribe().borrow().unsigned_abs() + 1;
        let doors = Doors {
            store: store.clone(),
            clock: Arc::clone(&clock) as _,
            rng: Arc::new(SeededRng::new(seed)),
            messages: Arc::clone(&inbox) as _,
            functions: Arc::clone(&functions) as _,
            logs: Arc::clone(&logs) as _,
            sms_roles: Arc::clone(&role) as _,
        };
        let service = CognitoIdp::new(config, doors);
        kept_keys().for_each(|key| service.keys().stock(key));
        Self { service, clock, inbox, functions, logs, role, store }
    }

    /// The context of a signed call from a region.
    pub fn context(&self, region: &str) -> CallContext {
        CallContext {
            account: AccountId::default(),
            region: Region::parse(region).unwrap(),
            request_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            caller: Caller::Root,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: "tests".to_owned(),
            now: self.clock.now(),
        }
    }

    /// Calls an operation as the front door does after the constraint check.
    pub async fn call_as(&self, call: &CallContext, operation: &str, input: Value) -> Result<Value, AwsError> {
        let answered = self.service.call(call, operation, input, None).await.map(|answer| answer.output);
        if let Err(refusal) = &answered {
            let pair = (operation.to_owned(), refusal.code.to_string());
            REFUSED.with_borrow_mut(|refused| refused.insert(pair));
        }
        answered
    }

    /// Calls an operation from [`REGION`].
    pub async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        self.call_as(&self.context(REGION), operation, input).await
    }

    /// Calls an operation that works.
    pub async fn ok(&self, operation: &str, input: Value) -> Value {
        self.call(operation, input).await.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    }

    /// Calls an operation that is refused; `Code: message`.
    pub async fn refused(&self, operation: &str, input: Value) -> String {
        match self.call(operation, input).await {
            Ok(output) => panic!("{operation} was not refused: {output}"),
            Err(error) => {
                assert!(error.internal.is_none(), "{operation}: {error:?}");
                error.to_string()
            }
        }
    }

    /// A pool with settings; its id.
    pub async fn pool(&self, mut settings: Value) -> String {
        let name = json!("demo");
        settings.as_object_mut().unwrap().entry("PoolName").or_insert(name);
        text(&self.ok("CreateUserPool", settings).await, "/UserPool/Id")
    }

    /// A client with settings; its id.
    pub async fn client(&self, pool_id: &str, mut settings: Value) -> String {
        settings["UserPoolId"] = json!(pool_id);
        settings.as_object_mut().unwrap().entry("ClientName").or_insert(json!("app"));
        text(&self.ok("CreateUserPoolClient", settings).await, "/UserPoolClient/ClientId")
    }
}

/// Signing keys that lie ready, so that tests do not wait for new ones: enough for three pools, none twice. They sign
/// nothing outside tests.
fn kept_keys() -> impl Iterator<Item = jose::SigningKey> {
    use base64::Engine as _;
    let read = |line: &str| base64::engine::general_purpose::STANDARD.decode(line).unwrap();
    let keys = include_str!("../testdata/signing_keys.txt").lines();
    keys.map(move |line| jose::SigningKey::from_pkcs8(&read(line)).unwrap())
}

/// Cheap settings.
pub fn config() -> Config {
    let hash = HashParams { memory_kib: 64, iterations: 1, ..HashParams::default() };
    let kms_keys = [(KMS_KEY.to_owned(), Arc::new(Secret::new([9; 32])))].into();
    Config { reserve_keys: 0, hash, kms_keys, ..Config::default() }
}

/// The text at a pointer of an answer.
pub fn text(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {value}")).to_owned()
}
