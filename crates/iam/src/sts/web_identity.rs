//! Web identities: a token's proof, and the trust policy's word on who brings it.

use aws_types::{AccountId, Timestamp};
use iam_policy::{Context, Policies, PolicyKind, Principal, Request, evaluate};
use jose::{Claims, JwtError, unverified_kid, unverified_payload, verify};
use serde_json::Value;

use super::error::{
    expired_identity_token, invalid_identity_token, no_provider, no_verification_key, no_web_identity,
    over_role_maximum,
};
use super::grant::{Granted, HOUR_S, federated_tags, grant, role, role_kind, role_place};
use super::token_claims;
use crate::compile::parse;
use crate::entity::{OidcProvider, Role, Tag};
use crate::error::Result;
use crate::service::Shared;
use crate::session::Session;
use crate::table::{Entity, account_pk};

/// The provider that every account trusts to name its identity pools' identities.
const IDENTITY_POOLS: &str = "cognito-identity.amazonaws.com";
/// Claims that become condition keys `<provider>:<claim>`.
const CLAIMS: [&str; 8] = ["aud", "sub", "azp", "amr", "email", "oaud", "app_id", "user_id"];

/// Somebody whom a provider proved, and what is asked for them.
#[derive(Clone, Debug, Default)]
pub struct WebIdentity {
    /// The role.
    pub role_arn: String,
    /// `RoleSessionName`.
    pub session_name: String,
    /// What the trust policy calls the provider: `cognito-identity.amazonaws.com`, or its ARN.
    pub provider: String,
    /// Condition keys (`cognito-identity.amazonaws.com:aud`) of one value.
    pub keys: Vec<(String, String)>,
    /// Condition keys of several values (`cognito-identity.amazonaws.com:amr`).
    pub lists: Vec<(String, Vec<String>)>,
    /// Session tags (principal tags of an identity pool, or of a token). They need `sts:TagSession`.
    pub tags: Vec<Tag>,
    /// Keys of the tags that sessions of the session inherit.
    pub transitive: Vec<String>,
    /// The source identity. It needs `sts:SetSourceIdentity`.
    pub source_identity: Option<String>,
    /// Seconds; none: an hour.
    pub duration_s: Option<i32>,
    /// The session policy.
    pub policy: Option<String>,
    /// ARNs of session policies.
    pub policy_arns: Vec<String>,
}

/// A proven token.
pub struct Proven {
    /// Who, with nothing asked yet.
    pub identity: WebIdentity,
    /// `sub`.
    pub subject: String,
    /// `iss`, or the identity pools' name.
    pub issuer: String,
    /// The audience that the provider knows.
    pub audience: String,
}

/// Whether the trust policy lets the identity have the role, and its credentials.
///
/// # Errors
/// `AccessDenied`, `ValidationError`, the store's.
pub async fn assume(shared: &Shared, identity: &WebIdentity, now: Timestamp) -> Result<Granted> {
    let Some(role) = role(shared, &identity.role_arn).await? else { return Err(no_web_identity()) };
    check_trust(&role, identity, now)?;
    let duration = identity.duration_s.unwrap_or(HOUR_S);
    if duration > role.max_session_s {
        return Err(over_role_maximum());
    }
    let (account, _) = role_place(&identity.role_arn)?;
    let mut session = Session::begin(shared, &account, role_kind(&role, &identity.session_name), duration);
    session.provider = Some(identity.provider.clone());
    session.keys.clone_from(&identity.keys);
    session.lists.clone_from(&identity.lists);
    session.tags.clone_from(&identity.tags);
    session.transitive.clone_from(&identity.transitive);
    session.source_identity.clone_from(&identity.source_identity);
    (session.policy, session.policy_arns) = (identity.policy.clone(), identity.policy_arns.clone());
    grant(shared, session)
}

fn check_trust(role: &Role, identity: &WebIdentity, now: Timestamp) -> Result<()> {
    let trust = parse(&role.trust, PolicyKind::Trust)?;
    let principal = Principal::Federated { provider: identity.provider.clone() };
    let mut context = Context::of(&principal, now).with("sts:RoleSessionName", identity.session_name.as_str());
    context.set("aws:FederatedProvider", identity.provider.as_str());
    identity.keys.iter().for_each(|(key, value)| context.set(key.as_str(), value.as_str()));
    identity.lists.iter().for_each(|(key, list)| context.set_many(key.as_str(), list.iter().map(String::as_str)));
    for tag in &identity.tags {
        context.set(format!("aws:RequestTag/{}", tag.key), tag.value.as_str());
    }
    if !identity.tags.is_empty() {
        context.set_many("aws:TagKeys", identity.tags.iter().map(|tag| tag.key.as_str()));
    }
    if !identity.transitive.is_empty() {
        context.set_many("sts:TransitiveTagKeys", identity.transitive.iter().map(String::as_str));
    }
    if let Some(source) = &identity.source_identity {
        context.set("sts:SourceIdentity", source.as_str());
    }
    let mut actions = vec!["sts:AssumeRoleWithWebIdentity"];
    actions.extend((!identity.tags.is_empty()).then_some("sts:TagSession"));
    actions.extend(identity.source_identity.is_some().then_some("sts:SetSourceIdentity"));
    let policies = Policies { resource: Some(&trust), ..Policies::default() };
    for action in actions {
        let request = Request::new(&principal, action, &identity.role_arn, &context);
        if !evaluate(&request, &policies).is_allowed() {
            return Err(no_web_identity());
        }
    }
    Ok(())
}

/// Proves an OpenID Connect token against the providers of an account.
///
/// # Errors
/// `InvalidIdentityToken`, `ExpiredTokenException`, the store's.
pub async fn prove(shared: &Shared, account: &AccountId, token: &str, now: Timestamp) -> Result<Proven> {
    let malformed = || {
        invalid_identity_token(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        )
    };
    let unproven = unverified_payload(token).ok_or_else(malformed)?;
    let issuer = unproven.get("iss").and_then(Value::as_str).ok_or_else(malformed)?.to_owned();
    let name = issuer.strip_prefix("https://").ok_or_else(|| no_provider(&issuer))?.trim_end_matches('/');
    let provider = Provider::find(shared, account, name).await?.ok_or_else(|| no_provider(&issuer))?;
    let kid = unverified_kid(token).unwrap_or_default();
    let keys = shared.doors.issuer_keys.keys(&issuer, &kid).await.map_err(|_| no_verification_key())?;
    let claims = verify(token, &*keys).map_err(|error| match error {
        JwtError::Malformed(_) | JwtError::TooLong => malformed(),
        JwtError::UnknownKey => no_verification_key(),
        // memory
        _ => invalid_identity_token("JWT signature verification failed"),
    })?;
    check_time(&claims, now)?;
    let audience = provider.audience(&claims)?;
    let subject = claims.str("sub").ok_or_else(malformed)?.to_owned();
    let (keys, lists) = condition_keys(name, &claims, &audience);
    let issuer = if name == IDENTITY_POOLS { name.to_owned() } else { issuer };
    let (tags, transitive) = token_claims::tags(&claims)?;
    let tags = federated_tags(account, &tags, &transitive)?;
    let identity = WebIdentity {
        provider: provider.principal,
        keys,
        lists,
        tags: tags.all,
        transitive: tags.transitive,
        source_identity: token_claims::source_identity(&claims)?,
        ..WebIdentity::default()
    };
    Ok(Proven { identity, subject, issuer, audience })
}

fn check_time(claims: &Claims, now: Timestamp) -> Result<()> {
    match claims.check_time(now.secs(), 0) {
        Ok(()) => Ok(()),
        Err(JwtError::Expired) => Err(expired_identity_token(now.secs(), claims.i64("exp").unwrap_or_default())),
        // memory
        Err(JwtError::NotYetValid) => Err(invalid_identity_token("Token is not valid yet")),
        Err(_) => Err(invalid_identity_token("Missing a required claim: exp")),
    }
}

/// A provider that an account trusts.
struct Provider {
    /// What trust policies call it.
    principal: String,
    /// Audiences it takes; none: the trust policy alone decides.
    audiences: Option<Vec<String>>,
}

impl Provider {
    async fn find(shared: &Shared, account: &AccountId, name: &str) -> Result<Option<Self>> {
        if name == IDENTITY_POOLS {
            return Ok(Some(Self { principal: name.to_owned(), audiences: None }));
        }
        let sk = format!("{}{name}", OidcProvider::PREFIX);
        let found = OidcProvider::TABLE.get(shared.store(), &account_pk(account.as_str()), &sk).await?;
        Ok(found.map(|found| Self { principal: found.arn(), audiences: Some(found.value.client_ids) }))
    }

    /// `azp` where there is one, else `aud`; where that is a list, the first that is known.
    fn audience(&self, claims: &Claims) -> Result<String> {
        let mut found: Vec<&str> = claims.str("azp").into_iter().collect();
        if found.is_empty() {
            found.extend(claims.str("aud"));
            found.extend(claims.array("aud").into_iter().flatten().filter_map(Value::as_str));
        }
        let known = |audience: &&str| match &self.audiences {
            None => true,
            Some(known) => known.iter().any(|known| known == *audience),
        };
        let audience = found.into_iter().find(known).map(str::to_owned);
        audience.ok_or_else(|| invalid_identity_token("Incorrect token audience"))
    }
}

/// Keys of one value, and of several.
type ConditionKeys = (Vec<(String, String)>, Vec<(String, Vec<String>)>);

/// `accounts.example.com:sub` and its like. `aud` is the audience that was accepted, and `oaud` the token's own.
fn condition_keys(provider: &str, claims: &Claims, audience: &str) -> ConditionKeys {
    let (mut keys, mut lists) = (vec![(format!("{provider}:aud"), audience.to_owned())], Vec::new());
    for claim in CLAIMS.iter().filter(|claim| **claim != "aud") {
        if let Some(value) = claims.str(claim) {
            keys.push((format!("{provider}:{claim}"), value.to_owned()));
        } else if let Some(values) = claims.array(claim) {
            let values = values.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            lists.push((format!("{provider}:{claim}"), values));
        }
    }
    if let Some(own) = claims.str("aud").filter(|_| claims.str("azp").is_some()) {
        keys.push((format!("{provider}:oaud"), own.to_owned()));
    }
    (keys, lists)
}
