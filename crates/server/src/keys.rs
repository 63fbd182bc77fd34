//! `portcullis init` and `portcullis keys`: the first key of an enforced server, and what an operator does with keys when
//! no key is at hand. Both open the data folder themselves, so the server must not run; while it runs, IAM's own
//! operations do the same with a root key (`aws iam list-access-keys`, …).

use std::io::{self, Write};
use std::sync::Arc;

use aws_types::service::Service as _;
use aws_types::wire::FromWire as _;
use aws_types::{AccountId, AwsError, CallContext, Caller, Region, Timestamp};
use iam::RootAssumes;
use iam::ports::NoIssuers;
use serde_json::{Value, json};
use store::Store;
use world::{Clock, Rng, SystemClock, SystemRng};

use crate::account::{self, AccountError};
use crate::config::Config;
use crate::wiring::{StartError, open_store};

/// Why a command did nothing, or not all.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The data folder.
    #[error("{0}")]
    Start(#[from] StartError),
    /// The account.
    #[error("{0}")]
    Account(#[from] AccountError),
    /// `init` on a folder that has a root key.
    #[error(
        "the data folder has a root key already; `portcullis keys list` shows it, `portcullis keys rotate` replaces it"
    )]
    Initialised,
    /// No key of that id.
    #[error("there is no access key {0}")]
    NoSuchKey(String),
    /// IAM's refusal.
    #[error("{0}")]
    Refused(String),
    /// The terminal.
    #[error("{0}")]
    Output(#[from] io::Error),
}

impl From<AwsError> for KeysError {
    fn from(error: AwsError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// What is done with keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Shows all keys: the root's and the users'.
    List,
    /// Makes a further key of the root.
    Create,
    /// Makes a new key for the same owner, then deletes the old one.
    Rotate(String),
    /// Switches a key off; it can be switched on again.
    Disable(String),
    /// Switches a key on.
    Enable(String),
    /// Deletes a key.
    Revoke(String),
}

/// Makes the data folder with its master key, decides the account, and makes the root's first key, shown once.
///
/// # Errors
/// [`KeysError`].
pub async fn init(config: &Config, out: &mut (dyn Write + Send)) -> Result<(), KeysError> {
    let rng = SystemRng::new();
    let store = open_store(config, &rng)?;
    let account = account::settle(&store, config.account.as_ref()).await?;
    let desk = Desk::new(&store, account.clone(), Arc::new(rng));
    if !desk.keys_of(None).await?.is_empty() {
        return Err(KeysError::Initialised);
    }
    if account::kept(&store).await?.is_none() {
        account::decide(&store, &account).await.map_err(AccountError::from)?;
    }
    let made = desk.create(None).await?;
    writeln!(out, "Account      {account}")?;
    writeln!(out, "Data folder  {}", config.data.display())?;
    writeln!(out, "Master key   {} (back it up apart from the data)", config.master_key.display())?;
    show_secret(out, &made)
}

/// Does something with keys.
///
/// # Errors
/// [`KeysError`].
pub async fn keys(config: &Config, act: Act, out: &mut (dyn Write + Send)) -> Result<(), KeysError> {
    let rng = SystemRng::new();
    let store = open_store(config, &rng)?;
    let account = account::settle(&store, config.account.as_ref()).await?;
    let desk = Desk::new(&store, account, Arc::new(rng));
    match act {
        Act::List => desk.list(out).await,
        Act::Create => show_secret(out, &desk.create(None).await?),
        Act::Rotate(id) => {
            let owner = desk.owner(&id).await?;
            let made = desk.create(owner.as_deref()).await?;
            // The new key is shown before the old one goes: whatever happens then, the owner has one.
            show_secret(out, &made)?;
            desk.delete(owner.as_deref(), &id).await?;
            Ok(writeln!(out, "Deleted {id}")?)
        }
        Act::Disable(id) => desk.set_status(out, &id, "Inactive").await,
        Act::Enable(id) => desk.set_status(out, &id, "Active").await,
        Act::Revoke(id) => {
            let owner = desk.owner(&id).await?;
            desk.delete(owner.as_deref(), &id).await?;
            Ok(writeln!(out, "Deleted {id}")?)
        }
    }
}

/// Whether the store holds a root key that may sign.
///
/// # Errors
/// The store's.
pub async fn root_can_sign(store: &Store, account: &AccountId, rng: Arc<dyn Rng>) -> Result<bool, AwsError> {
    let desk = Desk::new(store, account.clone(), rng);
    Ok(desk.keys_of(None).await?.iter().any(|key| text(key, "Status") == Some("Active")))
}

fn show_secret(out: &mut dyn Write, made: &Value) -> Result<(), KeysError> {
    let (id, secret) = (text(made, "AccessKeyId"), text(made, "SecretAccessKey"));
    writeln!(out, "Owner              {}", text(made, "UserName").unwrap_or("root"))?;
    writeln!(out, "Access key id      {}", id.unwrap_or_default())?;
    writeln!(out, "Secret access key  {}", secret.unwrap_or_default())?;
    Ok(writeln!(out, "The secret is shown this once and kept sealed.")?)
}

/// IAM without a server around it, called as the account's root.
struct Desk {
    iam: Arc<iam::Iam>,
    account: AccountId,
    clock: SystemClock,
}

/// Pages of a list that are read; more users than IAM admits.
const MOST_PAGES: usize = 1_000;

impl Desk {
    fn new(store: &Store, account: AccountId, rng: Arc<dyn Rng>) -> Self {
        let clock = Arc::new(SystemClock::new());
        let config = iam::Config { account: account.clone(), root_assumes: RootAssumes::Never };
        let doors = iam::Doors { store: store.clone(), clock, rng, issuer_keys: Arc::new(NoIssuers) };
        Self { iam: iam::Rooms::new(config, doors).iam, account, clock: SystemClock::new() }
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, AwsError> {
        let call = CallContext {
            account: self.account.clone(),
            region: Region::default(),
            request_id: String::new(),
            caller: Caller::Root,
            source_ip: "127.0.0.1".to_owned(),
            user_agent: "portcullis".to_owned(),
            now: self.clock.now(),
        };
        Ok(self.iam.call(&call, operation, input, None).await?.output)
    }

    async fn keys_of(&self, user: Option<&str>) -> Result<Vec<Value>, AwsError> {
        Ok(items(self.call("ListAccessKeys", named(user, json!({}))).await?, "AccessKeyMetadata"))
    }

    async fn users(&self) -> Result<Vec<String>, AwsError> {
        let (mut names, mut input) = (Vec::new(), json!({}));
        for _ in 0..MOST_PAGES {
            let page = self.call("ListUsers", input).await?;
            let marker = text(&page, "Marker").map(str::to_owned);
            names.extend(items(page, "Users").iter().filter_map(|user| text(user, "UserName")).map(str::to_owned));
            match marker {
                Some(marker) => input = json!({ "Marker": marker }),
                None => break,
            }
        }
        Ok(names)
    }

    /// All keys: the root's first.
    async fn all(&self) -> Result<Vec<Value>, AwsError> {
        let mut all = self.keys_of(None).await?;
        for user in self.users().await? {
            all.extend(self.keys_of(Some(&user)).await?);
        }
        Ok(all)
    }

    /// Whose key that is; `None` is the root.
    async fn owner(&self, id: &str) -> Result<Option<String>, KeysError> {
        let all = self.all().await?;
        let key = all.iter().find(|key| text(key, "AccessKeyId") == Some(id));
        key.map(|key| text(key, "UserName").map(str::to_owned)).ok_or_else(|| KeysError::NoSuchKey(id.to_owned()))
    }

    async fn create(&self, user: Option<&str>) -> Result<Value, AwsError> {
        let mut answer = self.call("CreateAccessKey", named(user, json!({}))).await?;
        Ok(answer.get_mut("AccessKey").map(Value::take).unwrap_or_default())
    }

    async fn delete(&self, user: Option<&str>, id: &str) -> Result<(), KeysError> {
        self.call("DeleteAccessKey", named(user, json!({ "AccessKeyId": id }))).await?;
        Ok(())
    }

    async fn set_status(&self, out: &mut dyn Write, id: &str, status: &str) -> Result<(), KeysError> {
        let owner = self.owner(id).await?;
        let input = named(owner.as_deref(), json!({ "AccessKeyId": id, "Status": status }));
        self.call("UpdateAccessKey", input).await?;
        Ok(writeln!(out, "{id} is {status}")?)
    }

    async fn last_used(&self, id: &str) -> Result<Option<Timestamp>, AwsError> {
        let answer = self.call("GetAccessKeyLastUsed", json!({ "AccessKeyId": id })).await?;
        Ok(answer.get("AccessKeyLastUsed").and_then(|used| moment(used, "LastUsedDate")))
    }

    async fn list(&self, out: &mut dyn Write) -> Result<(), KeysError> {
        writeln!(out, "{:<22}{:<10}{:<22}{:<22}OWNER", "ACCESS KEY ID", "STATUS", "CREATED", "LAST USED")?;
        for key in self.all().await? {
            let id = text(&key, "AccessKeyId").unwrap_or_default();
            let day = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), Timestamp::iso8601);
            let (made, used) = (day(moment(&key, "CreateDate")), day(self.last_used(id).await?));
            let (status, owner) = (text(&key, "Status").unwrap_or("-"), text(&key, "UserName").unwrap_or("root"));
            writeln!(out, "{id:<22}{status:<10}{made:<22}{used:<22}{owner}")?;
        }
        Ok(())
    }
}

fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str)
}

fn moment(value: &Value, member: &str) -> Option<Timestamp> {
    Timestamp::from_wire(value.get(member)?.clone()).ok()
}

fn items(mut answer: Value, member: &str) -> Vec<Value> {
    match answer.get_mut(member).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn named(user: Option<&str>, mut input: Value) -> Value {
    if let (Some(user), Some(members)) = (user, input.as_object_mut()) {
        members.insert("UserName".to_owned(), Value::from(user));
    }
    input
}
