//! Logins: what a provider's token proves, and to whom it belongs there.

use std::collections::BTreeMap;

use jose::{Claims, JwtError, KeySet, TokenUse, unverified_kid, verify};
use serde_json::{Map, Value};

use crate::Cx;
use crate::entity::{IdentityPool, Login, UserPoolProvider};
use crate::error::{Result, external_service, invalid_login, invalid_parameter, not_authorized, unsupported_provider};
use crate::saml_login;

/// The key in `Logins` of a token that an identity pool itself issued.
pub const OWN: &str = "cognito-identity.amazonaws.com";
/// Social providers whose tokens are OpenID Connect id tokens, with their issuers.
const OPENID_SOCIAL: [(&str, &str); 2] =
    [("accounts.google.com", "https://accounts.google.com"), ("appleid.apple.com", "https://appleid.apple.com")];

/// A login that was proven.
pub struct Proven {
    /// Whose.
    pub login: Login,
    /// What else the provider says, by the names of claims or SAML attributes.
    pub claims: Map<String, Value>,
    /// Roles that the provider names for it.
    pub roles: Vec<String>,
    /// Which of them it prefers.
    pub preferred_role: Option<String>,
    /// Names under which a role mapping and principal tags may stand, most special first.
    pub mapping_keys: Vec<String>,
    /// What the token's `amr` says of it.
    pub amr: [String; 2],
}

/// Proves all logins of a call.
///
/// # Errors
/// `NotAuthorizedException`, `InvalidParameterException`, `ExternalServiceException`, what neighbours answer.
pub async fn prove(cx: &Cx<'_>, pool: &IdentityPool, logins: &BTreeMap<String, String>) -> Result<Vec<Proven>> {
    let mut proven = Vec::with_capacity(logins.len());
    for (provider, token) in logins {
        proven.push(prove_one(cx, pool, provider, token).await?);
    }
    Ok(proven)
}

async fn prove_one(cx: &Cx<'_>, pool: &IdentityPool, provider: &str, token: &str) -> Result<Proven> {
    if provider == OWN {
        // field
        return Err(invalid_login("Can't pass in a Cognito token."));
    }
    if pool.developer_provider_name.as_deref() == Some(provider) {
        // memory
        return Err(invalid_parameter("Please provide a valid public provider"));
    }
    let of_pool: Vec<&UserPoolProvider> = pool.user_pools.iter().filter(|p| p.provider_name == provider).collect();
    if !of_pool.is_empty() {
        return user_pool(cx, provider, &of_pool, token).await;
    }
    if let Some(application) = pool.supported_login_providers.get(provider) {
        return social(cx, provider, application, token).await;
    }
    let is_meant = |arn: &&String| arn.split_once(":oidc-provider/").is_some_and(|(_, url)| url == provider);
    if let Some(arn) = pool.oidc_provider_arns.iter().find(is_meant) {
        return oidc(cx, provider, arn, token).await;
    }
    if pool.saml_provider_arns.iter().any(|arn| arn == provider) {
        return saml_login::prove(cx, provider, token).await;
    }
    Err(unsupported_provider())
}

async fn user_pool(cx: &Cx<'_>, provider: &str, of_pool: &[&UserPoolProvider], token: &str) -> Result<Proven> {
    let issuers = &cx.service.doors().issuers;
    let pool_id = of_pool.first().map_or("", |first| first.pool_id());
    let keys = issuers.user_pool_keys(pool_id).await?.ok_or_else(unsupported_provider)?;
    let claims = signed(token, &keys)?;
    if !claims.str("iss").is_some_and(|issuer| issuers.is_user_pool_issuer(pool_id, issuer)) {
        return Err(invalid_login("Issuer doesn't match providerName"));
    }
    let Some(audience) = claims.str("aud") else { return Err(invalid_login("Missing a required claim: aud")) };
    if claims.check_token_use(TokenUse::Id).is_err() {
        return Err(invalid_login("Not a valid OpenId Connect identity token."));
    }
    let Some(client) = of_pool.iter().find(|client| client.client_id == audience) else {
        return Err(invalid_login("Incorrect token audience.")); // own
    };
    in_time(cx, &claims)?;
    if client.server_side_token_check == Some(true) && !issuers.is_signed_in(pool_id, &claims).await? {
        return Err(invalid_login("Token is not valid any more.")); // own
    }
    let subject = subject(&claims)?;
    let mapping_keys = vec![format!("{provider}:{audience}"), provider.to_owned()];
    let detail = format!("{provider}:CognitoSignIn:{subject}");
    Ok(proven(provider, subject, claims, mapping_keys, detail))
}

async fn social(cx: &Cx<'_>, provider: &str, application: &str, token: &str) -> Result<Proven> {
    let Some((_, issuer)) = OPENID_SOCIAL.iter().find(|(name, _)| *name == provider) else {
        // own: their access tokens can only be proven by asking them
        return Err(not_authorized(format_args!("Logins by {provider} are not taken yet.")));
    };
    openid(cx, provider, issuer, &[application.to_owned()], vec![provider.to_owned()], token).await
}

async fn oidc(cx: &Cx<'_>, provider: &str, arn: &str, token: &str) -> Result<Proven> {
    let audiences = cx.service.doors().issuers.oidc_audiences(&cx.call.account, arn).await?;
    let audiences = audiences.ok_or_else(unsupported_provider)?;
    let issuer = format!("https://{provider}");
    openid(cx, provider, &issuer, &audiences, vec![arn.to_owned(), provider.to_owned()], token).await
}

async fn openid(
    cx: &Cx<'_>,
    provider: &str,
    issuer: &str,
    audiences: &[String],
    mapping_keys: Vec<String>,
    token: &str,
) -> Result<Proven> {
    let kid = unverified_kid(token).ok_or_else(|| invalid_login("Not a valid OpenId Connect identity token."))?;
    let keys = cx.service.doors().issuers.issuer_keys(issuer, &kid).await.map_err(|_| external_service(provider))?;
    let claims = signed(token, &keys)?;
    // Google issues under its bare name as well (OpenID Connect documentation of Google, "Validating an ID token").
    let named = |wanted: &str| wanted == issuer || (wanted == provider && provider == "accounts.google.com");
    if !claims.str("iss").is_some_and(named) {
        return Err(invalid_login("Issuer doesn't match providerName"));
    }
    let mut given: Vec<&str> = claims.str("aud").into_iter().collect();
    given.extend(claims.array("aud").into_iter().flatten().filter_map(|audience| audience.as_str()));
    if given.is_empty() {
        return Err(invalid_login("Missing a required claim: aud"));
    }
    // Of several audiences the authorized party is the one that was meant.
    let meant = if given.len() > 1 { claims.str("azp").into_iter().collect() } else { given };
    if !meant.iter().any(|audience| audiences.iter().any(|known| known == audience)) {
        return Err(invalid_login("Incorrect token audience.")); // own
    }
    in_time(cx, &claims)?;
    let subject = subject(&claims)?;
    let detail = format!("{provider}:OIDC:{subject}");
    Ok(proven(provider, subject, claims, mapping_keys, detail))
}

fn signed(token: &str, keys: &KeySet) -> Result<Claims> {
    verify(token, keys).map_err(|error| match error {
        JwtError::Malformed(_) | JwtError::TooLong => invalid_login("Not a valid OpenId Connect identity token."),
        _ => invalid_login("Couldn't verify signed token."),
    })
}

fn in_time(cx: &Cx<'_>, claims: &Claims) -> Result<()> {
    let now = cx.now().secs();
    match claims.check_time(now, 0) {
        Ok(()) => Ok(()),
        Err(JwtError::Expired) => {
            let expiry = claims.i64("exp").unwrap_or_default();
            Err(invalid_login(format_args!("Token expired: {now} >= {expiry}")))
        }
        Err(JwtError::NotYetValid) => Err(invalid_login("Token is not valid yet.")),
        Err(_) => Err(invalid_login("Missing a required claim: exp")),
    }
}

/// A token without a subject belongs to nobody, and must not make one identity of all such.
fn subject(claims: &Claims) -> Result<String> {
    let subject = claims.str("sub").filter(|subject| !subject.is_empty());
    subject.map(str::to_owned).ok_or_else(|| invalid_login("Missing a required claim: sub"))
}

fn proven(provider: &str, subject: String, claims: Claims, mapping_keys: Vec<String>, detail: String) -> Proven {
    Proven {
        login: Login { provider: provider.to_owned(), subject },
        roles: texts(claims.get("cognito:roles")),
        preferred_role: claims.str("cognito:preferred_role").map(str::to_owned),
        claims: claims.into_map(),
        mapping_keys,
        amr: [provider.to_owned(), detail],
    }
}

/// The texts of a list.
fn texts(list: Option<&Value>) -> Vec<String> {
    let items = list.and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
