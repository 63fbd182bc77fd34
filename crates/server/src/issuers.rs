//! Whose keys sign tokens: of the user pools and identity pools that live here, from memory; of any other OpenID Connect
//! issuer, by its discovery document (OpenID Connect Discovery 1.0, 4).
//!
//! Foreign key sets are kept for an hour. A name of a key that is not among them is the only reason to ask sooner, and at
//! most once a minute, so that a flood of made-up names costs nobody anything (attack 61). Answers are bounded, redirects
//! are not followed, and an issuer that leads to the inside of a network is not asked (attack 136; [`world::Reach`]).

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use aws_types::{AccountId, AwsError, Timestamp};
use bytes::Bytes;
use cognito_identity::ports::IssuerUnavailable;
use cognito_identity::{CognitoIdentity, ISSUER as IDENTITY_POOLS};
use cognito_idp::CognitoIdp;
use http::{Request, StatusCode};
use iam::Principals;
use iam::ports::{IssuerKeys, KeysUnavailable};
use jose::{Claims, Jwks, KeySet, KeySource as _};
use world::{Clock, HttpClient, HttpOptions, Lock};

/// How long a key set is taken as it is, in seconds.
const FRESH_S: i64 = 3_600;
/// The least time between two questions to one issuer, in seconds.
const ASK_AGAIN_S: i64 = 60;
/// Issuers whose keys are kept.
const MAX_ISSUERS: usize = 1_000;
/// Bounds of one document (attack 61).
const DOCUMENT: HttpOptions = HttpOptions::new(5_000, 256 * 1024);
/// Keys of one set (attack 61).
const MAX_KEYS: usize = 100;

/// Issuers elsewhere.
pub struct RemoteIssuers {
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    known: Lock<HashMap<String, Known>>,
    /// One question at a time: those who wait find the answer that the first one brought.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Known {
    /// None: the issuer did not answer.
    keys: Option<Arc<KeySet>>,
    asked: Timestamp,
}

impl RemoteIssuers {
    /// Knows nobody yet. `http` reaches only what may be reached.
    pub fn new(http: Arc<dyn HttpClient>, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock, known: Lock::new(HashMap::new()), asking: tokio::sync::Mutex::new(()) }
    }

    /// The keys of an issuer, as its tokens name it in `iss`.
    pub async fn keys(&self, issuer: &str, kid: &str) -> Option<Arc<KeySet>> {
        if let Some(answer) = self.remembered(issuer, kid) {
            return answer;
        }
        let _asking = self.asking.lock().await;
        if let Some(answer) = self.remembered(issuer, kid) {
            return answer;
        }
        let fetched = self.fetch(issuer).await;
        if let Err(why) = &fetched {
            tracing::warn!(issuer, why, "an issuer's keys could not be fetched");
        }
        // An issuer that fails now keeps the keys it had: its tokens were good a moment ago.
        let asked = self.clock.now();
        let mut known = self.known.lock();
        let before = known.get(issuer).and_then(|known| known.keys.clone());
        let keys = fetched.ok().or(before);
        if known.len() >= MAX_ISSUERS && !known.contains_key(issuer) {
            known.clear();
        }
        known.insert(issuer.to_owned(), Known { keys: keys.clone(), asked });
        keys
    }

    /// The answer, where the issuer need not or may not be asked now.
    fn remembered(&self, issuer: &str, kid: &str) -> Option<Option<Arc<KeySet>>> {
        let known = self.known.lock().get(issuer).cloned()?;
        let age_s = self.clock.now().secs().saturating_sub(known.asked.secs());
        let has_it = known.keys.as_ref().is_some_and(|keys| keys.key(kid).is_some());
        let stands = if has_it { age_s < FRESH_S } else { age_s < ASK_AGAIN_S };
        stands.then_some(known.keys)
    }

    async fn fetch(&self, issuer: &str) -> Result<Arc<KeySet>, &'static str> {
        let base = issuer.trim_end_matches('/');
        let document = self.document(&format!("{base}/.well-known/openid-configuration")).await?;
        let document: serde_json::Value = serde_json::from_slice(&document).map_err(|_| "no JSON")?;
        let named = document.get("issuer").and_then(serde_json::Value::as_str);
        if named != Some(issuer) {
            return Err("the document is another issuer's");
        }
        let jwks_uri = document.get("jwks_uri").and_then(serde_json::Value::as_str).ok_or("no jwks_uri")?;
        let jwks = Jwks::parse(&self.document(jwks_uri).await?).map_err(|_| "no key set")?;
        if jwks.keys.len() > MAX_KEYS {
            return Err("too many keys");
        }
        KeySet::from_jwks(&jwks).map(Arc::new).map_err(|_| "no key that could be taken")
    }

    async fn document(&self, url: &str) -> Result<Bytes, &'static str> {
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("no URL of HTTP");
        }
        let request = Request::get(url).header("accept", "application/json").body(Bytes::new());
        let answer = self.http.send(request.map_err(|_| "no URL")?, DOCUMENT).await;
        match answer {
            Ok(answer) if answer.status() == StatusCode::OK => Ok(answer.into_body()),
            Ok(_) => Err("the status is not 200"),
            Err(error) => {
                tracing::debug!(url, %error, "a document of an issuer could not be fetched");
                Err("no answer")
            }
        }
    }
}

/// All issuers.
pub struct Issuers {
    cognito_idp: Arc<CognitoIdp>,
    remote: RemoteIssuers,
    /// Set once that room is built, which itself needs this one.
    identity_pools: OnceLock<Weak<CognitoIdentity>>,
    principals: OnceLock<Weak<Principals>>,
}

impl Issuers {
    /// The user pools that live here, and whoever is elsewhere.
    pub fn new(cognito_idp: Arc<CognitoIdp>, remote: RemoteIssuers) -> Arc<Self> {
        Arc::new(Self { cognito_idp, remote, identity_pools: OnceLock::new(), principals: OnceLock::new() })
    }

    /// And the rooms that need this one themselves.
    pub fn join(&self, identity_pools: &Arc<CognitoIdentity>, principals: &Arc<Principals>) {
        drop(self.identity_pools.set(Arc::downgrade(identity_pools)));
        drop(self.principals.set(Arc::downgrade(principals)));
    }

    async fn user_pool(&self, issuer: &str) -> Option<Arc<KeySet>> {
        let (_, pool) = issuer.rsplit_once('/')?;
        if !self.cognito_idp.keys().is_issuer(pool, issuer) {
            return None;
        }
        self.cognito_idp.keys().key_set(pool).await.map(Arc::new).ok()
    }

    /// The keys of any issuer.
    pub async fn find(&self, issuer: &str, kid: &str) -> Option<Arc<KeySet>> {
        if issuer == IDENTITY_POOLS {
            let room = self.identity_pools.get().and_then(Weak::upgrade)?;
            return KeySet::from_jwks(&room.jwks().await.ok()?).map(Arc::new).ok();
        }
        match self.user_pool(issuer).await {
            Some(keys) => Some(keys),
            // AWS's own name of a pool that is not here is nobody else's.
            None if issuer.starts_with("https://cognito-idp.") && issuer.contains(".amazonaws.com/") => None,
            None => self.remote.keys(issuer, kid).await,
        }
    }
}

#[async_trait]
impl IssuerKeys for Issuers {
    async fn keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, KeysUnavailable> {
        self.find(issuer, kid).await.ok_or(KeysUnavailable)
    }
}

#[async_trait]
impl cognito_identity::ports::Issuers for Issuers {
    async fn user_pool_keys(&self, pool_id: &str) -> Result<Option<Arc<KeySet>>, AwsError> {
        match self.cognito_idp.keys().key_set(pool_id).await {
            Ok(keys) => Ok(Some(Arc::new(keys))),
            Err(error) if error.internal.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn is_user_pool_issuer(&self, pool_id: &str, issuer: &str) -> bool {
        self.cognito_idp.keys().is_issuer(pool_id, issuer)
    }

    async fn is_signed_in(&self, pool_id: &str, claims: &Claims) -> Result<bool, AwsError> {
        self.cognito_idp.is_signed_in(pool_id, claims).await
    }

    async fn issuer_keys(&self, issuer: &str, kid: &str) -> Result<Arc<KeySet>, IssuerUnavailable> {
        self.find(issuer, kid).await.ok_or(IssuerUnavailable)
    }

    async fn oidc_audiences(&self, account: &AccountId, provider_arn: &str) -> Result<Option<Vec<String>>, AwsError> {
        match self.principals.get().and_then(Weak::upgrade) {
            Some(principals) => principals.oidc_audiences(account, provider_arn).await,
            None => Ok(None),
        }
    }

    async fn saml_metadata(&self, account: &AccountId, provider_arn: &str) -> Result<Option<String>, AwsError> {
        match self.principals.get().and_then(Weak::upgrade) {
            Some(principals) => principals.saml_metadata(account, provider_arn).await,
            None => Ok(None),
        }
    }
}
