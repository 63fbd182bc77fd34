//! JSON Web Tokens ("Controlling access to HTTP APIs with JWT authorizers"): signature by the issuer's key, `iss`, `aud` or
//! `client_id`, `exp`, `nbf`, `iat`, `scope` or `scp`. Which algorithm signed is the key's to say, never the token's.
//! Revocation is not looked at: like AWS's, a signed token is good until it expires.
//!
//! Nothing is kept of tokens that were good: the next request with the same token is proven again.

use std::sync::Arc;

use jose::{Algorithm, Claims, JwtError, VerifyingKey};
use serde_json::Value;

use super::Authorized;
use crate::error::Refusal;
use crate::gateway::HttpApis;
use crate::identity_source::IdentitySource;
use crate::plan::JwtAuthorizer;
use crate::ports::IssuerUnavailable;
use crate::request::Exchange;

/// Decides about the request's token.
pub(crate) async fn authorize(
    apis: &HttpApis,
    exchange: &Exchange,
    authorizer: &JwtAuthorizer,
    scopes: &[String],
) -> Result<Authorized, Refusal> {
    let found = token(authorizer, exchange);
    let token = found.ok_or_else(|| Refusal::unauthorized("no token").challenged("Bearer".to_owned()))?;
    let claims =
        accepted(apis, exchange, authorizer, &token).await.map_err(|description| invalid(scopes, description))?;
    let matched = matched_scopes(&claims, scopes);
    if matched.as_ref().is_some_and(Vec::is_empty) {
        let challenge = format!("Bearer scope=\"{}\" error=\"insufficient_scope\"", scopes.join(" "));
        return Err(Refusal::forbidden("the token does not have a required scope").challenged(challenge));
    }
    Ok(Authorized::Jwt { claims: Arc::new(claims), scopes: matched })
}

/// The token of the first identity source that is there. One that is sent twice is none: what is handed on might be
/// another than what was proven.
fn token(authorizer: &JwtAuthorizer, exchange: &Exchange) -> Option<String> {
    let found = authorizer.identity_sources.iter().find_map(|source| match source {
        IdentitySource::Header(name) => {
            let mut values = exchange.request.headers.get_all(name).iter();
            let value = values.next()?;
            Some(values.next().is_none().then(|| String::from_utf8_lossy(value.as_bytes()).into_owned()))
        }
        IdentitySource::Query(name) => {
            let mut values = exchange.query.iter().filter(|(key, _)| key == name);
            let (_, value) = values.next()?;
            Some(values.next().is_none().then(|| value.clone()))
        }
        IdentitySource::StageVariable(_) | IdentitySource::Context(_) => None,
    });
    let value = found.flatten()?;
    let bare = match value.trim().split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        None if value.trim().eq_ignore_ascii_case("bearer") => "",
        _ => value.trim(),
    };
    (!bare.is_empty()).then(|| bare.to_owned())
}

fn invalid(scopes: &[String], description: String) -> Refusal {
    let challenge =
        format!("Bearer scope=\"{}\" error=\"invalid_token\" error_description=\"{description}\"", scopes.join(" "));
    Refusal::unauthorized(description).challenged(challenge)
}

/// The claims of a good token, or what is wrong with it.
async fn accepted(
    apis: &HttpApis,
    exchange: &Exchange,
    authorizer: &JwtAuthorizer,
    token: &str,
) -> Result<Claims, String> {
    let (claims, here) = verified(apis, &authorizer.issuer, token).await?;
    claims.check_time(exchange.request.received.secs(), 0).map_err(|error| description(token, error))?;
    let issuer = claims.str("iss").unwrap_or_default();
    // A pool that lives here has two names, the server's and AWS's.
    let is_pool = |pool: &str| apis.doors().user_pool_keys.is_issuer(pool, issuer);
    if issuer != authorizer.issuer && !here.is_some_and(is_pool) {
        return Err("invalid issuer".to_owned());
    }
    if !authorizer.audience.iter().any(|audience| claims.check_client(audience).is_ok()) {
        return Err("the token does not have a valid audience".to_owned());
    }
    Ok(claims)
}

/// The claims of a token that the issuer signed; with the pool where the issuer is one that lives here.
async fn verified<'i>(apis: &HttpApis, issuer: &'i str, token: &str) -> Result<(Claims, Option<&'i str>), String> {
    let kid = match jose::unverified_kid(token) {
        Some(kid) => kid,
        // The whole verification says what is wrong: no key is called by that name.
        None => {
            return Err(jose::verify(token, &OneKey(None))
                .err()
                .map_or_else(malformed, |error| description(token, error)));
        }
    };
    let pool = issuer.rsplit_once('/').map(|(_, pool)| pool);
    let pool = pool.filter(|pool| apis.doors().user_pool_keys.is_issuer(pool, issuer));
    let key = match pool {
        Some(pool) => apis.doors().user_pool_keys.key(pool, &kid),
        None => apis
            .issuers()
            .key(issuer, &kid)
            .await
            .map_err(|IssuerUnavailable| "OIDC discovery endpoint communication error".to_owned())?,
    };
    let algorithm = key.as_ref().map(|key| key.algorithm());
    let claims = jose::verify(token, &OneKey(key)).map_err(|error| match (error, algorithm) {
        (JwtError::BadSignature, Some(Algorithm::Es256)) => "crypto/ecdsa: verification error".to_owned(),
        (JwtError::BadSignature, Some(Algorithm::EdDsa)) => "ed25519: verification error".to_owned(),
        _ => description(token, error),
    })?;
    Ok((claims, pool))
}

struct OneKey(Option<Arc<VerifyingKey>>);

impl jose::KeySource for OneKey {
    fn key(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.0.as_ref().filter(|key| key.kid() == kid).map(Arc::clone)
    }
}

fn malformed() -> String {
    "the token is malformed".to_owned()
}

/// `error_description`. The texts of segments, audience, expiry, algorithm and signature are AWS's as they are known; the
/// others are our own.
fn description(token: &str, error: JwtError) -> String {
    match error {
        JwtError::Malformed("three parts") => "token contains an invalid number of segments".to_owned(),
        JwtError::TooLong | JwtError::Malformed(_) => malformed(),
        JwtError::CriticalHeader => "the token has a critical header that is not understood".to_owned(),
        JwtError::UnknownKey => "the token's kid was not found".to_owned(),
        JwtError::BadAlgorithm => {
            let alg = jose::unverified_alg(token).unwrap_or_default();
            format!("signing method {alg} is invalid")
        }
        JwtError::BadSignature => "crypto/rsa: verification error".to_owned(),
        JwtError::Expired => "the token has expired".to_owned(),
        JwtError::NotYetValid => "the token is not valid yet".to_owned(),
        JwtError::BadClaim(claim) => format!("the token's claim {claim} is not acceptable"),
    }
}

/// Those of the wanted scopes that the token bears; `None` where none is wanted.
fn matched_scopes(claims: &Claims, wanted: &[String]) -> Option<Vec<String>> {
    if wanted.is_empty() {
        return None;
    }
    let mut granted: Vec<&str> = Vec::new();
    for claim in ["scope", "scp"] {
        match claims.get(claim) {
            Some(Value::String(text)) => granted.extend(text.split(' ').filter(|scope| !scope.is_empty())),
            Some(Value::Array(list)) => granted.extend(list.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    Some(wanted.iter().filter(|scope| granted.contains(&scope.as_str())).cloned().collect())
}

/// A claim as functions and logs see it: always text, a list as `[a b]`.
pub(crate) fn claim_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(claim_text).collect::<Vec<_>>().join(" ")),
        other => other.to_string(),
    }
}
