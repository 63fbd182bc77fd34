//! The port of the front door: the secret behind an access key, the session behind a token, and decisions.

use std::sync::Arc;

use aws_types::{AccountId, AwsError, CallContext, Caller, Region, Secret, Timestamp};
use sigv4::SigError;
use store::{Event, Follower, Position, Store, keys_of};

use crate::authorization::{Question, Standing, Verdict};
use crate::entity::{AccessKey, LastUsed, OidcProvider, Owner};
use crate::error::Result;
use crate::identity::Identity;
use crate::service::{Cx, Shared};
use crate::session::{Opened, SessionKind};
use crate::table::{CHANGED, Entity as _, KEY_SK, KEYS, account_pk, key_pk};

/// After what time last uses are written.
const WRITE_USED_NS: u64 = 60_000_000_000;

/// Keys, sessions, decisions.
pub struct Principals(pub(crate) Arc<Shared>);

/// Whether a key may sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// It may.
    Active,
    /// It may not; refuse it as if it were unknown.
    Inactive,
}

/// A long-lived access key and whose it is.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// `AKIA…`.
    pub access_key_id: String,
    /// What its signatures are proven with.
    pub secret: Secret<String>,
    /// Whose.
    pub identity: Identity,
    /// Whether it may sign.
    pub status: KeyStatus,
}

/// An access key as it is remembered: its secret lies open, in memory alone.
pub(crate) struct OpenKey {
    key: AccessKey,
    secret: Secret<String>,
}

/// Where and when a key signed.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// Signing name of the service.
    pub service: &'a str,
    /// In which region.
    pub region: &'a Region,
    /// When.
    pub at: Timestamp,
}

impl Principals {
    /// The key of that id, from memory where it was asked for before.
    ///
    /// # Errors
    /// The store's; an internal error where the secret does not open.
    pub async fn lookup(&self, access_key_id: &str) -> Result<Option<KeyRecord>> {
        // No other form was ever given out: what else comes from outside costs no read.
        if crate::ids::account_of(access_key_id).is_none() {
            return Ok(None);
        }
        let shared = &*self.0;
        let read = shared.read_key(access_key_id);
        let Some(key) = shared.cache.load(&shared.cache.keys, access_key_id, read).await? else { return Ok(None) };
        let Some(identity) = self.identity(&key.key).await? else { return Ok(None) };
        Ok(Some(KeyRecord {
            access_key_id: access_key_id.to_owned(),
            secret: key.secret.clone(),
            identity,
            status: if key.key.active { KeyStatus::Active } else { KeyStatus::Inactive },
        }))
    }

    /// Who calls an operation, once the front door proved them; none where they are gone, or nobody was proven.
    ///
    /// # Errors
    /// The store's; an internal error where the secret does not open.
    pub async fn of_call(&self, account: &AccountId, caller: &Caller) -> Result<Option<Identity>> {
        let id = match caller {
            Caller::Anonymous => return Ok(None),
            Caller::Root => return Ok(Some(Identity::Root { account: account.clone() })),
            Caller::Principal { access_key_id, .. } => access_key_id,
        };
        if id.starts_with(crate::ids::TEMPORARY) {
            let opened = self.0.cache.sessions.get(id);
            return Ok(opened.map(|opened| Identity::Session(Arc::clone(&opened.session))));
        }
        Ok(self.lookup(id).await?.map(|key| key.identity))
    }

    async fn identity(&self, key: &AccessKey) -> Result<Option<Identity>> {
        let account = AccountId::parse(&key.account).ok_or_else(|| AwsError::internal("a key without account"))?;
        Ok(match &key.owner {
            Owner::Root => Some(Identity::Root { account }),
            Owner::User(name) => {
                let user = self.0.compiled_user(&account, name).await?;
                user.and_then(|user| user.user.clone()).map(Identity::User)
            }
        })
    }

    /// The session of a temporary key (`ASIA…`), whose token must come with it.
    ///
    /// # Errors
    /// [`SigError::BadSessionToken`], [`SigError::ExpiredToken`].
    pub fn open_session(
        &self,
        access_key_id: &str,
        session_token: Option<&str>,
        now: Timestamp,
    ) -> Result<Arc<Opened>, SigError> {
        self.0.open(access_key_id, session_token.ok_or(SigError::BadSessionToken)?, now)
    }

    /// Whether a caller's policies, and the resource's where it has one, let it do something.
    ///
    /// # Errors
    /// The store's; an internal error where a stored policy is broken. Refuse the request then.
    pub async fn authorize(&self, identity: &Identity, question: &Question<'_>) -> Result<Verdict> {
        self.0.authorize(identity, question).await
    }

    /// Whether who signed still is there. A session outlives its user or role by up to its duration: refuse its requests
    /// then as [`SigError::BadSessionToken`].
    ///
    /// # Errors
    /// The store's; an internal error where a stored policy is broken.
    pub async fn is_current(&self, identity: &Identity) -> Result<bool> {
        Ok(!matches!(self.0.standing(identity).await?, Standing::Gone))
    }

    /// The audiences that an OpenID Connect provider of an account takes; none where it has no such provider.
    ///
    /// # Errors
    /// The store's.
    pub async fn oidc_audiences(&self, account: &AccountId, provider_arn: &str) -> Result<Option<Vec<String>>> {
        let sk = OidcProvider::sk(provider_arn);
        let found = OidcProvider::TABLE.get(self.0.store(), &account_pk(account.as_str()), &sk).await?;
        Ok(found.filter(|found| found.arn() == provider_arn).map(|found| found.value.client_ids))
    }

    /// The metadata of a SAML provider of an account; none where it has no such provider.
    ///
    /// # Errors
    /// The store's.
    pub async fn saml_metadata(&self, account: &AccountId, provider_arn: &str) -> Result<Option<String>> {
        let found = crate::sts::saml_provider(&self.0, provider_arn).await?;
        Ok(found.filter(|found| found.account == account.as_str()).map(|found| found.metadata))
    }

    /// A denial as text for `DecodeAuthorizationMessage`, and for nobody else.
    pub fn encoded_message(&self, verdict: &Verdict, identity: &Identity, question: &Question<'_>) -> String {
        let document = verdict.document(identity, question.action, question.resource).to_string();
        let context = crate::sts::message_context(identity.account().as_str());
        self.0.store().sealer().seal_text(&context, document.as_bytes())
    }

    /// Notes that a caller signed: for `GetAccessKeyLastUsed` and a role's `RoleLastUsed`.
    pub fn note_use(&self, access_key_id: &str, identity: &Identity, used: Use<'_>) {
        let id = match identity {
            Identity::Session(session) => match &session.kind {
                SessionKind::Role { id, .. } => id,
                _ => return,
            },
            Identity::Root { .. } | Identity::User(_) => access_key_id,
        };
        let last = LastUsed {
            at: Timestamp::from_secs(used.at.secs()),
            service: used.service.to_owned(),
            region: used.region.as_str().to_owned(),
        };
        self.0.used.note(identity.account().as_str(), id, last);
    }

    /// Makes an access key of the account's root, for a server that is set up for the first time.
    ///
    /// # Errors
    /// `LimitExceeded` where the root has two, the store's.
    pub async fn create_root_key(&self) -> Result<(String, Secret<String>)> {
        let call = CallContext {
            account: self.0.config.account.clone(),
            region: Region::default(),
            request_id: String::new(),
            caller: Caller::Root,
            source_ip: String::new(),
            user_agent: String::new(),
            now: self.0.now(),
        };
        let (key, secret) = crate::keys::create(&Cx { call: &call, shared: &self.0 }, &Owner::Root).await?;
        Ok((key.id, secret))
    }

    /// Follows the store's events and writes last uses for the life of the process: a task's body.
    pub async fn follow(self: Arc<Self>) {
        store::follow(&*self).await;
    }

    /// Forgets what the events since the last time made untrue.
    ///
    /// # Errors
    /// The store's.
    pub async fn catch_up(&self) -> Result<()> {
        store::catch_up(self).await
    }

    /// Writes the last uses that wait: at the end of the process, too.
    ///
    /// # Errors
    /// The store's.
    pub async fn write_used(&self) -> Result<()> {
        self.0.write_used().await
    }
}

impl Follower for Principals {
    type Error = AwsError;

    fn store(&self) -> &Store {
        self.0.store()
    }

    fn position(&self) -> &Position {
        &self.0.cache.followed
    }

    async fn apply(&self, events: &[Event]) -> Result<()> {
        keys_of(events, CHANGED).into_iter().for_each(|key| self.0.cache.forget(key));
        Ok(())
    }

    async fn reload(&self) -> Result<()> {
        self.0.cache.forget_all();
        Ok(())
    }

    async fn keep_house(&self) {
        if !self.0.used.is_due(self.0.doors.clock.monotonic_ns(), WRITE_USED_NS) {
            return;
        }
        if let Err(error) = self.write_used().await {
            tracing::warn!(%error, "last uses could not be written");
        }
    }
}

impl Shared {
    async fn read_key(&self, id: &str) -> Result<Option<OpenKey>> {
        let Some(key) = KEYS.get(self.store(), &key_pk(id), KEY_SK).await? else { return Ok(None) };
        let key = key.value;
        let plain =
            self.store().sealer().open_text(&AccessKey::context(id), &key.secret).map_err(AwsError::internal)?;
        let secret = Secret::new(String::from_utf8(plain.to_vec()).map_err(AwsError::internal)?);
        Ok(Some(OpenKey { key, secret }))
    }
}
