//! What all ways to temporary credentials have in common: the caller known again, tags, session policies, durations.

use std::sync::Arc;

use aws_types::{AccountId, Arn, AwsError, Caller};
use iam_policy::{Policy, PolicyKind};
use model_sts::types as wire;

use super::error::{
    invalid_arn, invalid_client_token, invalid_parameter, malformed_policy, over_chain_maximum, over_role_maximum,
    packed_too_large, validation,
};
use crate::Cx;
use crate::authorization::Standing;
use crate::entity::{Role, Tag, arn_name};
use crate::error::Result;
use crate::identity::Identity;
use crate::ids::TEMPORARY;
use crate::service::Shared;
use crate::session::{Credentials, Session, SessionKind};
use crate::table::{Entity, account_pk};
use crate::tags::same;

/// Seconds of a role's session where a request does not say, and the most of a chained one.
pub const HOUR_S: i32 = 3_600;
/// Characters of session policies and tags that make a hundred percent. AWS packs them in a form of its own; this is
/// the bound of the plain text. (own)
const PACKED_BOUND: usize = 2_048;
/// The most session policies given by ARN.
const MOST_ARNS: usize = 10;
/// The most session tags.
const MOST_TAGS: usize = 50;

impl Cx<'_> {
    /// Who calls, with its session where it has one.
    ///
    /// # Errors
    /// `InvalidClientTokenId` where the session is not remembered as the caller's or the user is gone, the store's.
    pub(super) async fn identity(&self) -> Result<Identity> {
        let (id, arn) = match &self.call.caller {
            Caller::Root => return Ok(Identity::Root { account: self.call.account.clone() }),
            Caller::Anonymous => return Err(invalid_client_token()),
            Caller::Principal { access_key_id, arn } => (access_key_id, arn),
        };
        if id.starts_with(TEMPORARY) {
            let opened = self.shared.cache.sessions.get(id).ok_or_else(invalid_client_token)?;
            let identity = Identity::Session(Arc::clone(&opened.session));
            let gone = matches!(self.shared.standing(&identity).await?, Standing::Gone);
            return if identity.arn() == *arn && !gone { Ok(identity) } else { Err(invalid_client_token()) };
        }
        let user = self.shared.compiled_user(&self.call.account, arn_name(arn)).await?;
        let user = user.and_then(|user| user.user.clone()).filter(|user| user.arn == *arn);
        user.map(Identity::User).ok_or_else(invalid_client_token)
    }

    /// The caller, where it is no session.
    ///
    /// # Errors
    /// `refused` of a session, `InvalidClientTokenId`, the store's.
    pub(super) async fn long_term_identity(&self, refused: AwsError) -> Result<Identity> {
        match self.identity().await? {
            Identity::Session(_) => Err(refused),
            identity => Ok(identity),
        }
    }
}

/// The account and name in a role's ARN.
///
/// # Errors
/// `ValidationError` for what is no role's ARN.
pub fn role_place(arn: &str) -> Result<(AccountId, &str)> {
    let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam" && arn.resource.starts_with("role/"));
    let account = parsed.and_then(|arn| AccountId::parse(&arn.account));
    account.map(|account| (account, arn_name(arn))).ok_or_else(|| invalid_arn(arn))
}

/// The role of exactly that ARN.
///
/// # Errors
/// `ValidationError` for what is no role's ARN, the store's.
pub async fn role(shared: &Shared, arn: &str) -> Result<Option<Role>> {
    let (account, name) = role_place(arn)?;
    let found = Role::TABLE.get(shared.store(), &account_pk(account.as_str()), &Role::sk(name)).await?;
    Ok(found.map(|role| role.value).filter(|role| role.arn() == arn))
}

/// How long a role's session may be.
///
/// # Errors
/// `ValidationError` where that is too long.
pub fn duration(asked: Option<i32>, role: &Role, identity: &Identity) -> Result<i32> {
    let duration = asked.unwrap_or(HOUR_S);
    if duration > role.max_session_s {
        return Err(over_role_maximum());
    }
    if duration > HOUR_S && is_role_session(identity) {
        return Err(over_chain_maximum());
    }
    Ok(duration)
}

fn is_role_session(identity: &Identity) -> bool {
    matches!(identity, Identity::Session(session) if matches!(session.kind, SessionKind::Role { .. }))
}

/// Tags of a new session and which of them its own sessions inherit.
#[derive(Debug, Default)]
pub struct SessionTags {
    /// Those that were asked for.
    pub requested: Vec<Tag>,
    /// Those and the ones inherited.
    pub all: Vec<Tag>,
    /// Keys that are inherited on.
    pub transitive: Vec<String>,
}

/// Judges the tags of a request against those that the calling session hands on. (recorded)
///
/// # Errors
/// `InvalidParameterValue`, `ValidationError`.
pub fn session_tags(
    identity: &Identity,
    tags: Option<Vec<wire::Tag>>,
    transitive: Option<Vec<String>>,
) -> Result<SessionTags> {
    let requested: Vec<Tag> =
        tags.unwrap_or_default().into_iter().map(|tag| Tag { key: tag.key, value: tag.value }).collect();
    let transitive = transitive.unwrap_or_default();
    let has = |tags: &[Tag], key: &str| tags.iter().any(|tag| same(&tag.key, key));
    let twice = |(at, tag): (usize, &Tag)| requested.iter().skip(at + 1).any(|other| same(&other.key, &tag.key));
    if requested.iter().enumerate().any(twice) {
        return Err(invalid_parameter("Duplicate tag keys found. Please note that Tag keys are case insensitive."));
    }
    if transitive.iter().any(|key| !has(&requested, key)) {
        return Err(invalid_parameter("The specified transitive tag key must be included in the requested tags."));
    }
    let inherited = inherited(identity);
    if requested.iter().any(|tag| has(&inherited, &tag.key)) {
        return Err(invalid_parameter(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
             from the calling session.",
        ));
    }
    if requested.len() + inherited.len() > MOST_TAGS {
        return Err(validation(format_args!("A session can have at most {MOST_TAGS} tags.")));
    }
    let keys = inherited.iter().map(|tag| tag.key.clone());
    let transitive = keys.chain(transitive.iter().cloned()).collect();
    Ok(SessionTags { all: inherited.iter().chain(&requested).cloned().collect(), requested, transitive })
}

/// The tags that an identity provider gives: no session calls, so that none is inherited.
///
/// # Errors
/// `InvalidParameterValue`, `ValidationError`.
pub fn federated_tags(account: &AccountId, tags: &[Tag], transitive: &[String]) -> Result<SessionTags> {
    let tags = tags.iter().map(|tag| wire::Tag { key: tag.key.clone(), value: tag.value.clone() });
    let nobody = Identity::Root { account: account.clone() };
    session_tags(&nobody, Some(tags.collect()), Some(transitive.to_vec()))
}

/// The constraints of session tags that the model has for the other operations.
pub fn is_tag(key: &str, value: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    let is_reserved = key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    let lengths = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
    lengths && !is_reserved && key.chars().chain(value.chars()).all(known)
}

/// `[a-zA-Z_0-9+=,.@-]{2,64}`: names of sessions, and source identities.
pub fn is_session_name(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

fn inherited(identity: &Identity) -> Vec<Tag> {
    let Identity::Session(session) = identity else { return Vec::new() };
    let handed_on = |tag: &&Tag| session.transitive.iter().any(|key| same(key, &tag.key));
    session.tags.iter().filter(handed_on).cloned().collect()
}

/// Session policies of a request.
#[derive(Debug, Default)]
pub struct SessionPolicies {
    /// The document.
    pub policy: Option<String>,
    /// ARNs.
    pub arns: Vec<String>,
}

/// Judges session policies: the document must be one, the named ones must be there.
///
/// # Errors
/// `MalformedPolicyDocument`, `ValidationError`, the store's.
pub async fn session_policies(
    shared: &Shared,
    account: &AccountId,
    policy: Option<String>,
    arns: Option<Vec<wire::PolicyDescriptorType>>,
) -> Result<SessionPolicies> {
    if let Some(document) = &policy {
        Policy::parse(document, PolicyKind::Session)
            .map_err(|error| malformed_policy(error.iam_message()).with("Detail", error.detail()))?;
    }
    let arns: Vec<String> = arns.unwrap_or_default().into_iter().filter_map(|policy| policy.arn).collect();
    if arns.len() > MOST_ARNS {
        return Err(validation(format_args!("At most {MOST_ARNS} policies can be given by ARN.")));
    }
    for arn in &arns {
        if shared.session_policy(account, arn).await?.is_none() {
            // own
            return Err(malformed_policy(format_args!("Policy {arn} does not exist or is not attachable.")));
        }
    }
    Ok(SessionPolicies { policy, arns })
}

/// How much of the bound a session's policies and tags take, in percent; none where it has neither.
///
/// # Errors
/// `PackedPolicyTooLarge`.
pub fn packed_size(session: &Session) -> Result<Option<i32>> {
    let policies = session.policy.iter().chain(&session.policy_arns).map(String::len).sum::<usize>();
    let tags = session.tags.iter().map(|tag| tag.key.len() + tag.value.len()).sum::<usize>();
    if policies + tags == 0 {
        return Ok(None);
    }
    let percent = (policies.max(tags) * 100).div_ceil(PACKED_BOUND);
    if percent > 100 {
        return Err(packed_too_large(percent));
    }
    Ok(i32::try_from(percent).ok())
}

/// A session with what its answer says.
#[derive(Debug)]
pub struct Granted {
    /// The session.
    pub session: Session,
    /// Its credentials.
    pub credentials: Credentials,
    /// `PackedPolicySize`.
    pub packed: Option<i32>,
}

/// Gives credentials out.
///
/// # Errors
/// `PackedPolicyTooLarge`.
pub fn grant(shared: &Shared, session: Session) -> Result<Granted> {
    let packed = packed_size(&session)?;
    let credentials = session.credentials(shared).map_err(AwsError::internal)?;
    Ok(Granted { session, credentials, packed })
}

/// Credentials as the API shows them.
pub fn credentials_to_wire(credentials: Credentials) -> wire::Credentials {
    wire::Credentials {
        access_key_id: Some(credentials.access_key_id),
        secret_access_key: Some(credentials.secret.into_inner()),
        session_token: Some(credentials.session_token.into_inner()),
        expiration: Some(credentials.expires),
    }
}

/// The role's user as the API shows it.
pub fn assumed_role_user(session: &Session) -> wire::AssumedRoleUser {
    let principal = session.principal();
    wire::AssumedRoleUser {
        assumed_role_id: principal.user_id().map(str::to_owned),
        arn: Some(principal.display_arn()),
    }
}

/// A role's session as it will be.
pub fn role_kind(role: &Role, session_name: &str) -> SessionKind {
    SessionKind::Role {
        name: role.name.clone(),
        id: role.id.clone(),
        arn: role.arn(),
        session_name: session_name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn only_role_arns_have_a_place(text: String, name in "[a-zA-Z0-9+=,.@_-]{1,64}", path in "(/[a-z]{1,9}){0,3}/") {
            let arn = format!("arn:aws:iam::123456789012:role{path}{name}");
            proptest::prop_assert_eq!(role_place(&arn).unwrap().1, name.as_str());
            proptest::prop_assert!(role_place(&text).is_err());
            let other = format!("arn:aws:iam::{text}:role/{name}");
            proptest::prop_assert_eq!(role_place(&other).is_ok(), AccountId::parse(&text).is_some());
        }
    }
}
