//! Key sets of OpenID Connect issuers elsewhere, by their discovery documents (OpenID Connect Discovery 1.0, 4).
//!
//! Key sets are kept for an hour. A name of a key that is not among them is the only reason to ask sooner, and at most once
//! a minute an issuer, so that a flood of made-up names costs nobody anything (attack 61). One question at a time goes to
//! an issuer, and nobody waits for another issuer's. Documents are bounded in time and size, redirects are not followed,
//! and an issuer that leads to the inside of a network, or speaks without TLS, is not asked (attack 136; [`world::Reach`]).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_types::Timestamp;
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use jose::{Jwks, KeySet, KeySource as _};
use world::{Clock, HttpClient, HttpOptions, Lock};

/// How long a key set is taken as it is, in seconds.
const FRESH_S: i64 = 3_600;
/// How long an issuer that does not answer any more keeps the keys it had, in seconds.
const KEPT_S: i64 = 7_200;
/// The least time between two questions to one issuer, in seconds.
const ASK_AGAIN_S: i64 = 60;
/// Issuers whose keys are kept.
const MAX_ISSUERS: usize = 1_000;
/// Bounds of one document: API Gateway's quotas for discovery and JWKS, tighter than attack 61 asks for.
const DOCUMENT: HttpOptions = HttpOptions::new(1_500, 150_000);
/// Keys of one set (attack 61).
const MAX_KEYS: usize = 100;

/// Whether issuers may speak without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlainHttp {
    /// None may.
    Refused,
    /// Those of this machine: for laptops, where issuers run beside the server.
    Loopback,
}

/// Issuers elsewhere.
pub struct RemoteIssuers {
    http: Arc<dyn HttpClient>,
    clock: Arc<dyn Clock>,
    plain_http: PlainHttp,
    issuers: Lock<HashMap<String, Arc<Issuer>>>,
}

/// One of them.
#[derive(Default)]
struct Issuer {
    known: Lock<Known>,
    /// When its keys were last wanted, in seconds.
    used: AtomicI64,
    /// One question at a time: those who wait find the answer that the first one brought.
    asking: tokio::sync::Mutex<()>,
}

impl Issuer {
    /// The turn to ask. `None` where somebody else asks already, and the key is known from before: it is good meanwhile.
    async fn turn(&self, kid: &str, now: Timestamp) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        if let Ok(turn) = self.asking.try_lock() {
            return Some(turn);
        }
        let known = self.known.lock().keys(now).is_some_and(|keys| keys.key(kid).is_some());
        if known { None } else { Some(self.asking.lock().await) }
    }
}

#[derive(Clone, Default)]
struct Known {
    /// With the time of the answer.
    keys: Option<(Arc<KeySet>, Timestamp)>,
    asked: Option<Timestamp>,
}

impl Known {
    fn keys(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        let (keys, since) = self.keys.as_ref()?;
        (age_s(*since, now) < KEPT_S).then(|| Arc::clone(keys))
    }

    /// The answer, where the issuer need not or may not be asked now.
    fn answer(&self, kid: &str, now: Timestamp) -> Option<Option<Arc<KeySet>>> {
        let has_it = |(keys, since): &(Arc<KeySet>, Timestamp)| age_s(*since, now) < FRESH_S && keys.key(kid).is_some();
        let just_asked = self.asked.is_some_and(|asked| age_s(asked, now) < ASK_AGAIN_S);
        (just_asked || self.keys.as_ref().is_some_and(has_it)).then(|| self.keys(now))
    }
}

fn age_s(since: Timestamp, now: Timestamp) -> i64 {
    now.secs().saturating_sub(since.secs())
}

impl RemoteIssuers {
    /// Knows nobody yet. `http` reaches only what may be reached.
    pub fn new(http: Arc<dyn HttpClient>, clock: Arc<dyn Clock>, plain_http: PlainHttp) -> Self {
        Self { http, clock, plain_http, issuers: Lock::new(HashMap::new()) }
    }

    /// The keys of an issuer, as its tokens name it in `iss`. `None` where it does not answer.
    pub async fn keys(&self, issuer: &str, kid: &str) -> Option<Arc<KeySet>> {
        let now = self.clock.now();
        let entry = self.entry(issuer, now);
        if let Some(answer) = answered(&entry, kid, now) {
            return answer;
        }
        let Some(_asking) = entry.turn(kid, now).await else { return entry.known.lock().keys(now) };
        if let Some(answer) = answered(&entry, kid, self.clock.now()) {
            return answer;
        }
        let fetched = self.fetch(issuer).await;
        let now = self.clock.now();
        let mut known = entry.known.lock();
        known.asked = Some(now);
        match fetched {
            Ok(keys) => known.keys = Some((keys, now)),
            // An issuer that fails now keeps the keys it had for a while: its tokens were good a moment ago.
            Err(why) => tracing::warn!(issuer, why, "an issuer's keys could not be fetched"),
        }
        known.keys(now)
    }

    fn entry(&self, issuer: &str, now: Timestamp) -> Arc<Issuer> {
        let mut issuers = self.issuers.lock();
        if !issuers.contains_key(issuer) && issuers.len() >= MAX_ISSUERS {
            let longest = issuers.iter().min_by_key(|(_, entry)| entry.used.load(Ordering::Relaxed));
            if let Some(name) = longest.map(|(name, _)| name.clone()) {
                issuers.remove(&name);
            }
        }
        let entry = match issuers.get(issuer) {
            Some(entry) => Arc::clone(entry),
            None => Arc::clone(issuers.entry(issuer.to_owned()).or_default()),
        };
        entry.used.store(now.secs(), Ordering::Relaxed);
        entry
    }

    /// The issuer's discovery document, proven to be its own.
    ///
    /// # Errors
    /// What is wrong with it.
    pub async fn discover(&self, issuer: &str) -> Result<serde_json::Value, &'static str> {
        let base = issuer.trim_end_matches('/');
        let document = self.document(&format!("{base}/.well-known/openid-configuration")).await?;
        let document: serde_json::Value = serde_json::from_slice(&document).map_err(|_| "no JSON")?;
        let named = document.get("issuer").and_then(serde_json::Value::as_str);
        if named == Some(issuer) { Ok(document) } else { Err("the document is another issuer's") }
    }

    async fn fetch(&self, issuer: &str) -> Result<Arc<KeySet>, &'static str> {
        let document = self.discover(issuer).await?;
        let jwks_uri = document.get("jwks_uri").and_then(serde_json::Value::as_str).ok_or("no jwks_uri")?;
        let jwks = Jwks::parse(&self.document(jwks_uri).await?).map_err(|_| "no key set")?;
        if jwks.keys.len() > MAX_KEYS {
            return Err("too many keys");
        }
        KeySet::from_jwks(&jwks).map(Arc::new).map_err(|_| "no key that could be taken")
    }

    async fn document(&self, url: &str) -> Result<Bytes, &'static str> {
        let uri: Uri = url.parse().map_err(|_| "no URL")?;
        if !self.may_ask(&uri) {
            return Err("no URL of HTTP over TLS");
        }
        let request = Request::get(uri).header("accept", "application/json").body(Bytes::new());
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

    fn may_ask(&self, uri: &Uri) -> bool {
        match (uri.scheme_str(), uri.host()) {
            (Some("https"), Some(_)) => true,
            (Some("http"), Some(host)) => self.plain_http == PlainHttp::Loopback && is_loopback(host),
            _ => false,
        }
    }
}

fn answered(entry: &Issuer, kid: &str, now: Timestamp) -> Option<Option<Arc<KeySet>>> {
    entry.known.lock().answer(kid, now)
}

fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    let address: Option<std::net::IpAddr> = literal.parse().ok();
    address.map_or_else(
        || host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost"),
        |address| address.to_canonical().is_loopback(),
    )
}

#[cfg(test)]
#[path = "remote_tests.rs"]
mod tests;
