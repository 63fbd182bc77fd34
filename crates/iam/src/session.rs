//! Temporary credentials. The session token holds all that is to be known of its session, sealed under the master key
//! and bound to its access key id; the secret follows from a salt in it. So any node that has the master key opens any
//! token, and no table knows of sessions. They are ended before their time by a policy that denies tokens issued before
//! a moment (`aws:TokenIssueTime`), or with their role.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_types::{AccountId, Secret, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use iam_policy::Principal;
use serde::{Deserialize, Serialize};
use sigv4::SigError;
use world::rng;

use crate::entity::{Tag, moment};
use crate::identity::UserIdentity;
use crate::ids::{TEMPORARY, access_key_id};
use crate::service::Shared;

/// The longest session token that is looked at, in characters.
const MAX_TOKEN: usize = 16 * 1024;

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionKind {
    /// The root's, by `GetSessionToken`.
    Root,
    /// A user's, by `GetSessionToken`.
    User {
        /// `alice`.
        name: String,
        /// `AIDA…`.
        id: String,
        /// Its ARN when the session began.
        arn: String,
    },
    /// A role's, by `AssumeRole` and its kin.
    Role {
        /// Name of the role.
        name: String,
        /// `AROA…`.
        id: String,
        /// ARN of the role, with its path.
        arn: String,
        /// `RoleSessionName`.
        session_name: String,
    },
    /// Somebody to whom a user (none: the root) lends its permissions, by `GetFederationToken`.
    Federated {
        /// `Name`.
        name: String,
        /// Name and id of the user.
        user: Option<(String, String)>,
    },
}

/// A session. What is empty is left out of its token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The account.
    #[serde(with = "account")]
    pub account: AccountId,
    /// Whose.
    pub kind: SessionKind,
    /// `aws:TokenIssueTime`.
    #[serde(with = "moment")]
    pub issued: Timestamp,
    /// From when on it is not accepted.
    #[serde(with = "moment")]
    pub expires: Timestamp,
    /// What the secret follows from.
    salt: [u8; 16],
    /// The session policy given as a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// ARNs of session policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_arns: Vec<String>,
    /// Session tags, those inherited along a chain among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Keys of the tags that sessions of this session inherit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitive: Vec<String>,
    /// `aws:SourceIdentity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// `aws:FederatedProvider`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Condition keys of the web identity (`accounts.example.com:sub`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<(String, String)>,
    /// Those of several values (`cognito-identity.amazonaws.com:amr`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<(String, Vec<String>)>,
    /// When its user proved an MFA device, in seconds since the epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_s: Option<i64>,
}

/// What a client is given.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret<String>,
    /// The session token.
    pub session_token: Secret<String>,
    /// When it ends.
    pub expires: Timestamp,
}

/// A token that was opened, and what its signatures are proven with.
#[derive(Clone, Debug)]
pub struct Opened {
    token: Secret<String>,
    /// The session.
    pub session: Arc<Session>,
    /// The secret access key.
    pub secret: Secret<String>,
}

impl Session {
    /// A session that begins now, of a new access key.
    pub(crate) fn begin(shared: &Shared, account: &AccountId, kind: SessionKind, duration_s: i32) -> Self {
        let rng = &*shared.doors.rng;
        let issued = Timestamp::from_secs(shared.now().secs());
        Self {
            access_key_id: access_key_id(rng, TEMPORARY, account),
            account: account.clone(),
            kind,
            issued,
            expires: issued.plus_ms(i64::from(duration_s) * 1000),
            salt: rng::bytes(rng),
            policy: None,
            policy_arns: Vec::new(),
            tags: Vec::new(),
            transitive: Vec::new(),
            source_identity: None,
            provider: None,
            keys: Vec::new(),
            lists: Vec::new(),
            mfa_s: None,
        }
    }

    /// Whether session policies limit it. A federated user without any may do nothing.
    pub(crate) fn is_limited(&self) -> bool {
        self.policy.is_some() || !self.policy_arns.is_empty() || matches!(self.kind, SessionKind::Federated { .. })
    }

    /// As the policy engine takes it.
    pub fn principal(&self) -> Principal {
        let account = self.account.as_str().to_owned();
        match &self.kind {
            SessionKind::Root => Principal::Root { account },
            SessionKind::User { name, id, arn } => {
                Principal::User { account, arn: arn.clone(), id: id.clone(), name: name.clone() }
            }
            SessionKind::Role { name, id, arn, session_name } => Principal::Session {
                session_arn: format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}"),
                user_id: format!("{id}:{session_name}"),
                role_arn: arn.clone(),
                account,
            },
            SessionKind::Federated { name, .. } => Principal::FederatedUser {
                arn: format!("arn:aws:sts::{account}:federated-user/{name}"),
                user_id: format!("{account}:{name}"),
                account,
            },
        }
    }

    /// Who a user's session is.
    pub(crate) fn of_user(account: &AccountId, user: &UserIdentity, duration_s: i32, shared: &Shared) -> Self {
        let kind = SessionKind::User { name: user.name.clone(), id: user.id.clone(), arn: user.arn.clone() };
        Self::begin(shared, account, kind, duration_s)
    }

    fn secret(&self, shared: &Shared) -> Secret<String> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &shared.store().sealer().derive("sts: secret access keys"));
        let tag = hmac::sign(&key, &[self.access_key_id.as_bytes(), &self.salt].concat());
        Secret::new(STANDARD.encode(tag.as_ref().get(..30).unwrap_or_default()))
    }

    /// What its client is given.
    pub(crate) fn credentials(&self, shared: &Shared) -> Result<Credentials, serde_json::Error> {
        let plain = serde_json::to_vec(self)?;
        let sealed = shared.store().sealer().seal(&context(&self.access_key_id), &plain);
        Ok(Credentials {
            access_key_id: self.access_key_id.clone(),
            secret: self.secret(shared),
            session_token: Secret::new(STANDARD.encode(sealed)),
            expires: self.expires,
        })
    }
}

/// What a token is sealed for: it opens with its own access key id only.
fn context(access_key_id: &str) -> String {
    format!("sts session {access_key_id}")
}

impl Shared {
    /// Opens a session token that came with an access key id.
    ///
    /// # Errors
    /// [`SigError::BadSessionToken`] for one that we did not make for this key, [`SigError::ExpiredToken`].
    pub(crate) fn open(&self, access_key_id: &str, token: &str, now: Timestamp) -> Result<Arc<Opened>, SigError> {
        let same =
            |opened: &Arc<Opened>| verify_slices_are_equal(opened.token.expose().as_bytes(), token.as_bytes()).is_ok();
        let opened = match self.cache.sessions.get(access_key_id).filter(same) {
            Some(opened) => opened,
            None => self.unseal(access_key_id, token)?,
        };
        if opened.session.expires <= now { Err(SigError::ExpiredToken) } else { Ok(opened) }
    }

    fn unseal(&self, access_key_id: &str, token: &str) -> Result<Arc<Opened>, SigError> {
        let bad = SigError::BadSessionToken;
        if token.len() > MAX_TOKEN {
            return Err(bad);
        }
        let sealed = STANDARD.decode(token).map_err(|_| SigError::BadSessionToken)?;
        let plain = self.store().sealer().open(&context(access_key_id), &sealed);
        let plain = plain.map_err(|_| SigError::BadSessionToken)?;
        let session: Session = serde_json::from_slice(&plain).map_err(|_| SigError::BadSessionToken)?;
        if session.access_key_id != access_key_id {
            return Err(bad);
        }
        let secret = session.secret(self);
        let opened = Arc::new(Opened { token: Secret::new(token.to_owned()), session: Arc::new(session), secret });
        self.cache.sessions.put(access_key_id, Arc::clone(&opened));
        Ok(opened)
    }
}

mod account {
    use aws_types::AccountId;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(account: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
        account.as_str().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AccountId, D::Error> {
        let text = String::deserialize(deserializer)?;
        AccountId::parse(&text).ok_or_else(|| serde::de::Error::custom("not an account"))
    }
}
