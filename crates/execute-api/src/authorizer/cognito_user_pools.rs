//! Tokens of user pools ("Control access to REST APIs using Amazon Cognito user pools as an authorizer").
//!
//! A method without scopes wants an id token, one with scopes an access token that bears at least one of them. The
//! token's pool must be one of the authorizer's, its signature that pool's, its time not over. Token validation is a
//! pattern for the id token's `aud`; an access token has none and is refused where a pattern is set. Revocation is not
//! looked at: like AWS's, a signed token is good until it expires.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::Timestamp;
use jose::{Claims, JwtError, KeySource, TokenUse, VerifyingKey};
use serde_json::Value;

use super::Authorized;
use crate::error::GatewayError;
use crate::plan::CognitoAuthorizer;
use crate::ports::UserPoolKeys;

/// Decides about a token.
pub(crate) fn authorize(
    authorizer: &CognitoAuthorizer,
    scopes: &[String],
    token: Option<&str>,
    keys: &dyn UserPoolKeys,
    now: Timestamp,
) -> Result<Authorized, GatewayError> {
    let token = bare_token(token.unwrap_or_default());
    if token.is_empty() {
        return Err(GatewayError::unauthorized("No token in the request"));
    }
    let claims = verify(authorizer, token, keys)?;
    claims.check_time(now.secs(), 0).map_err(refusal)?;
    if scopes.is_empty() {
        claims.check_token_use(TokenUse::Id).map_err(refusal)?;
    } else {
        claims.check_token_use(TokenUse::Access).map_err(refusal)?;
        check_scopes(&claims, scopes)?;
    }
    check_audience(authorizer, &claims)?;
    let principal = claims.str("sub").unwrap_or_default().to_owned();
    Ok(Authorized::User { principal, claims: claims_as_text(&claims) })
}

/// With or without a leading `Bearer `.
fn bare_token(header: &str) -> &str {
    let header = header.trim();
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => header,
    }
}

fn verify(authorizer: &CognitoAuthorizer, token: &str, keys: &dyn UserPoolKeys) -> Result<Claims, GatewayError> {
    // The issuer only chooses whose keys are tried; it is proven by the signature and compared again below.
    let claimed =
        jose::unverified_payload(token).ok_or_else(|| GatewayError::unauthorized("The token is malformed"))?;
    let issuer = claimed.get("iss").and_then(Value::as_str).unwrap_or_default();
    let pool = authorizer.pool_ids.iter().find(|pool_id| keys.is_issuer(pool_id, issuer));
    let pool_id = pool.ok_or_else(|| {
        GatewayError::unauthorized("The token's issuer is not one of the user pools").because("claim iss")
    })?;
    let claims = jose::verify(token, &PoolKeys { keys, pool_id }).map_err(refusal)?;
    let proven = claims.str("iss").is_some_and(|issuer| keys.is_issuer(pool_id, issuer));
    if proven { Ok(claims) } else { Err(refusal(JwtError::BadClaim("iss"))) }
}

struct PoolKeys<'a> {
    keys: &'a dyn UserPoolKeys,
    pool_id: &'a str,
}

impl KeySource for PoolKeys<'_> {
    fn key(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        self.keys.key(self.pool_id, kid)
    }
}

fn refusal(error: JwtError) -> GatewayError {
    match error {
        JwtError::Expired => GatewayError::token_expired().because("claim exp"),
        JwtError::NotYetValid => GatewayError::unauthorized(error.to_string()).because("claims nbf and iat"),
        JwtError::BadClaim(claim) => GatewayError::unauthorized(error.to_string()).because(format!("claim {claim}")),
        other => GatewayError::unauthorized(other.to_string()),
    }
}

fn check_scopes(claims: &Claims, wanted: &[String]) -> Result<(), GatewayError> {
    let granted = claims.str("scope").unwrap_or_default();
    let mut granted = granted.split(' ').filter(|scope| !scope.is_empty());
    let enough = granted.any(|scope| wanted.iter().any(|wanted| wanted == scope));
    if enough {
        return Ok(());
    }
    let error = GatewayError::unauthorized("The token bears none of the method's scopes");
    Err(error.because(format!("claim scope, which needs one of {}", wanted.join(" "))))
}

fn check_audience(authorizer: &CognitoAuthorizer, claims: &Claims) -> Result<(), GatewayError> {
    let Some(pattern) = &authorizer.token_validation else { return Ok(()) };
    let fits = claims.str("aud").is_some_and(|aud| pattern.matches(aud));
    if fits {
        return Ok(());
    }
    Err(GatewayError::unauthorized("The token's audience does not pass token validation").because("claim aud"))
}

/// Claims as the mapping templates see them: all text; `exp` and `iat` as dates, lists joined by commas (from memory of
/// recorded proxy events).
pub(crate) fn claims_as_text(claims: &Claims) -> BTreeMap<String, String> {
    claims.as_map().iter().map(|(name, value)| (name.clone(), claim_text(name, value))).collect()
}

fn claim_text(name: &str, value: &Value) -> String {
    match (name, value) {
        ("exp" | "iat", Value::Number(seconds)) => {
            seconds.as_i64().map_or_else(|| seconds.to_string(), |s| Timestamp::from_secs(s).java_date())
        }
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(items)) => items.iter().map(|item| claim_text("", item)).collect::<Vec<_>>().join(","),
        (_, other) => other.to_string(),
    }
}
