//! The two services as the server holds them, over one state.

use std::sync::Arc;

use aws_types::schema::ServiceModel;
use aws_types::service::{BoxFuture, Built};
use aws_types::{AccountId, Answer, AwsError, ByteStream, CallContext, Caller, Service, Timestamp};
use serde_json::Value;
use store::Store;
use world::{Clock, Rng};

use crate::cache::Cache;
use crate::entity::{LastUsed, Owner, arn_name};
use crate::error::{Result, no_calling_user};
use crate::ports::IssuerKeys;
use crate::principals::Principals;
use crate::sts::Sts;
use crate::table::{account_pk, event_key};
use crate::used::UsedLog;

/// Whether the account's root may assume roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RootAssumes {
    /// As at AWS: never.
    #[default]
    Never,
    /// Where the role's trust policy names the account. For local mode, where whoever has no key acts as the root.
    ByTrustPolicy,
}

/// Settings.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The account that is served.
    pub account: AccountId,
    /// For `AssumeRole`.
    pub root_assumes: RootAssumes,
}

/// Doors.
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Ids, keys, secrets.
    pub rng: Arc<dyn Rng>,
    /// Whose keys sign web identity tokens.
    pub issuer_keys: Arc<dyn IssuerKeys>,
}

/// What both services and the port of the front door share.
pub struct Shared {
    pub(crate) config: Config,
    pub(crate) doors: Doors,
    pub(crate) cache: Cache,
    pub(crate) used: UsedLog,
}

/// Everything of this crate that the server holds.
pub struct Rooms {
    /// The service `iam`.
    pub iam: Arc<Iam>,
    /// The service `sts`.
    pub sts: Arc<Sts>,
    /// Keys, sessions and decisions, for the front door.
    pub principals: Arc<Principals>,
}

impl Rooms {
    /// Puts them over their doors. Nothing is read yet; see [`Principals::follow`].
    pub fn new(config: Config, doors: Doors) -> Self {
        let cache = Cache::new(*doors.store.subscribe().borrow());
        let used = UsedLog::new(doors.clock.monotonic_ns());
        let shared = Arc::new(Shared { config, doors, cache, used });
        Self {
            iam: Arc::new(Iam(Arc::clone(&shared))),
            sts: Arc::new(Sts(Arc::clone(&shared))),
            principals: Arc::new(Principals(shared)),
        }
    }
}

impl Shared {
    pub(crate) const fn store(&self) -> &Store {
        &self.doors.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.doors.clock.now()
    }
}

/// The service `iam`.
pub struct Iam(Arc<Shared>);

impl Service for Iam {
    fn model(&self) -> &'static ServiceModel {
        &model_iam::MODEL
    }

    fn built(&self) -> &'static [(&'static str, Built)] {
        crate::BUILT
    }

    fn call<'a>(
        &'a self,
        call: &'a CallContext,
        operation: &'a str,
        input: Value,
        _body: Option<ByteStream>,
    ) -> BoxFuture<'a, Result<Answer, AwsError>> {
        Box::pin(async move {
            let cx = Cx { call, shared: &self.0 };
            crate::dispatch(&cx, operation, input).await
        })
    }
}

/// One call: what every operation is given.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// Who calls, when, from where.
    pub call: &'a CallContext,
    pub(crate) shared: &'a Shared,
}

impl Cx<'_> {
    /// The account that is meant.
    pub(crate) fn account(&self) -> &str {
        self.call.account.as_str()
    }

    /// Its partition.
    pub(crate) fn pk(&self) -> String {
        account_pk(self.account())
    }

    pub(crate) const fn store(&self) -> &Store {
        self.shared.store()
    }

    pub(crate) fn rng(&self) -> &dyn Rng {
        &*self.shared.doors.rng
    }

    /// When the call arrived, in whole seconds: IAM keeps no fractions.
    pub(crate) const fn now_s(&self) -> Timestamp {
        Timestamp::from_secs(self.call.now.secs())
    }

    /// Makes this process forget what it remembers of a place of this account.
    pub(crate) fn forget(&self, sk: &str) {
        self.shared.cache.forget(&event_key(self.account(), sk));
    }

    /// Whom an operation means that names a user, or nobody: then it means the caller.
    ///
    /// # Errors
    /// `ValidationError` where nobody is named and no user calls.
    pub(crate) fn owner(&self, name: Option<String>) -> Result<Owner> {
        match (name, &self.call.caller) {
            (Some(name), _) => Ok(Owner::User(name)),
            (None, Caller::Root) => Ok(Owner::Root),
            (None, Caller::Principal { arn, .. }) => {
                let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
                match resource.split_once('/') {
                    Some(("user", _)) => Ok(Owner::User(arn_name(arn).to_owned())),
                    None if resource == "root" => Ok(Owner::Root),
                    _ => Err(no_calling_user()),
                }
            }
            (None, Caller::Anonymous) => Err(no_calling_user()),
        }
    }

    /// When a key or role of that id was last used.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn last_used(&self, id: &str) -> Result<Option<LastUsed>> {
        self.shared.last_used(self.account(), id).await
    }
}
