//! May this caller do this? The policies of the caller, compiled and remembered, put to the engine.

use std::sync::{Arc, LazyLock};

use aws_types::Timestamp;
use iam_policy::{Context, Decision, Policies, Policy, PolicyKind, Principal, Reason, Request, evaluate};
use serde_json::{Value, json};

use crate::compile::{Compiled, parse};
use crate::entity::Tag;
use crate::error::Result;
use crate::identity::Identity;
use crate::service::Shared;
use crate::session::{Session, SessionKind};
use crate::tags::same;

/// What is asked of a caller's policies.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// `s3:GetObject`.
    pub action: &'a str,
    /// An ARN, or `*`.
    pub resource: &'a str,
    /// Condition keys of one value (`aws:SourceIp`). Those that follow from the caller are set here and win.
    pub keys: &'a [(&'a str, &'a str)],
    /// Condition keys of several values (`aws:TagKeys`).
    pub lists: &'a [(&'a str, &'a [&'a str])],
    /// Policy of the resource.
    pub resource_policy: Option<&'a Policy>,
    /// Whose the resource is; none: the caller's account's.
    pub resource_account: Option<&'a str>,
    /// Policy of the VPC endpoint through which the request came.
    pub vpc_endpoint: Option<&'a Policy>,
    /// Canonical user id of the caller's account, which S3's policies may name.
    pub canonical_user: Option<&'a str>,
    /// When the caller proved an MFA device with this very request.
    pub mfa: Option<Timestamp>,
    /// The server's time.
    pub now: Timestamp,
}

impl<'a> Question<'a> {
    /// A question with nothing but action and resource.
    pub const fn new(action: &'a str, resource: &'a str, now: Timestamp) -> Self {
        Self {
            action,
            resource,
            keys: &[],
            lists: &[],
            resource_policy: None,
            resource_account: None,
            vpc_endpoint: None,
            canonical_user: None,
            mfa: None,
            now,
        }
    }
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    /// Why.
    pub reason: Reason,
    /// `Sid` of the statement that decided.
    pub sid: Option<String>,
    /// AWS's sentence of denial with its reason; empty where allowed.
    pub sentence: String,
    /// The sentence without its reason.
    pub short_sentence: String,
}

impl Verdict {
    /// Whether the request may go on.
    pub fn is_allowed(&self) -> bool {
        self.reason == Reason::Allowed
    }

    fn of(decision: Decision<'_>, principal: &Principal, question: &Question<'_>) -> Self {
        let sid = decision.by.and_then(|by| by.sid).map(str::to_owned);
        if decision.is_allowed() {
            return Self { reason: decision.reason, sid, sentence: String::new(), short_sentence: String::new() };
        }
        let arn = principal.display_arn();
        let (action, resource) = (question.action, question.resource);
        Self {
            reason: decision.reason,
            sid,
            sentence: decision.denial_text(&arn, action, resource),
            short_sentence: decision.short_denial_text(&arn, action, resource),
        }
    }

    /// A denial in words that only `DecodeAuthorizationMessage` can read.
    pub(crate) fn document(&self, identity: &Identity, action: &str, resource: &str) -> Value {
        json!({
            "allowed": self.is_allowed(),
            "explicitDeny": matches!(self.reason, Reason::ExplicitDeny(_)),
            "matchedStatements": {"items": self.sid.iter().map(|sid| json!({"statementId": sid})).collect::<Vec<_>>()},
            "failures": {"items": []},
            "context": {
                "principal": {"id": identity.user_id(), "arn": identity.arn()},
                "action": action,
                "resource": resource,
                "conditions": {"items": []},
            },
        })
    }
}

/// What lends a federated user of the root its permissions.
static EVERYTHING: LazyLock<Option<Policy>> = LazyLock::new(|| {
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    Policy::parse(document, PolicyKind::Identity).ok()
});

/// Who stands behind a caller.
pub(crate) enum Standing {
    /// The account itself.
    Alone,
    /// A user or role.
    Known(Arc<Compiled>),
    /// Nobody any more: the user or role was deleted, whoever bears its name now. No policy may speak for it, a
    /// resource's as little as its own.
    Gone,
}

/// A session's own policies.
enum SessionPolicy {
    Own(Policy),
    Shared(Arc<Policy>),
}

impl SessionPolicy {
    fn policy(&self) -> &Policy {
        match self {
            Self::Own(policy) => policy,
            Self::Shared(policy) => policy,
        }
    }
}

impl Shared {
    /// Decides.
    ///
    /// # Errors
    /// The store's; an internal error where a stored policy is broken.
    pub(crate) async fn authorize(&self, identity: &Identity, question: &Question<'_>) -> Result<Verdict> {
        let principal = identity.principal();
        if let Some(denied) = closed_to_sessions(identity, &principal, question) {
            return Ok(denied);
        }
        let compiled = match self.standing(identity).await? {
            Standing::Alone => None,
            Standing::Known(compiled) => Some(compiled),
            Standing::Gone => return Ok(Verdict::of(missing(PolicyKind::Identity), &principal, question)),
        };
        let session_policies = self.session_policies(identity).await?;
        let mut context = Context::of(&principal, question.now);
        let issued = caller_keys(&mut context, identity, compiled.as_deref());
        if let Some(issued) = issued {
            context.set("aws:TokenIssueTime", issued);
        }
        mfa_keys(&mut context, identity, question);
        question_keys(&mut context, question);
        let request = Request {
            canonical_user: question.canonical_user,
            ..Request::new(&principal, question.action, question.resource, &context)
        };
        let mut own: Vec<&Policy> = compiled.iter().flat_map(|compiled| &compiled.identity).collect();
        if lent_by_root(identity) {
            own.extend(EVERYTHING.as_ref());
        }
        let limits: Option<Vec<&Policy>> =
            session_policies.as_ref().map(|all| all.iter().map(SessionPolicy::policy).collect());
        let policies = Policies {
            identity: &own,
            resource: question.resource_policy,
            resource_account: question.resource_account,
            boundary: compiled.as_ref().and_then(|compiled| compiled.boundary.as_ref()),
            session: limits.as_deref(),
            vpc_endpoint: question.vpc_endpoint,
        };
        Ok(Verdict::of(evaluate(&request, &policies), &principal, question))
    }

    /// Who stands behind a caller now.
    ///
    /// # Errors
    /// The store's; an internal error where a stored policy is broken.
    pub(crate) async fn standing(&self, identity: &Identity) -> Result<Standing> {
        let (found, id) = match identity {
            Identity::Root { .. } => return Ok(Standing::Alone),
            Identity::User(user) => (self.compiled_user(&user.account, &user.name).await?, &user.id),
            Identity::Session(session) => match &session.kind {
                SessionKind::Root | SessionKind::Federated { user: None, .. } => return Ok(Standing::Alone),
                SessionKind::User { name, id, .. } | SessionKind::Federated { user: Some((name, id)), .. } => {
                    (self.compiled_user(&session.account, name).await?, id)
                }
                SessionKind::Role { name, id, .. } => (self.compiled_role(&session.account, name).await?, id),
            },
        };
        Ok(found.filter(|compiled| compiled.id == *id).map_or(Standing::Gone, Standing::Known))
    }

    /// None: no session policies limit the caller. A named policy that is gone allows nothing.
    async fn session_policies(&self, identity: &Identity) -> Result<Option<Vec<SessionPolicy>>> {
        let Identity::Session(session) = identity else { return Ok(None) };
        if !session.is_limited() {
            return Ok(None);
        }
        let mut policies = Vec::new();
        if let Some(document) = &session.policy {
            policies.push(SessionPolicy::Own(parse(document, PolicyKind::Session)?));
        }
        for arn in &session.policy_arns {
            policies.extend(self.session_policy(&session.account, arn).await?.map(SessionPolicy::Shared));
        }
        Ok(Some(policies))
    }
}

/// Of a long-lived key's request nothing is said of MFA; of a session's it is, and how long ago it was proven (IAM guide,
/// "AWS global condition context keys"). What a role's session was proven with is not handed on to it.
fn mfa_keys(context: &mut Context<'_>, identity: &Identity, question: &Question<'_>) {
    let session = if let Identity::Session(session) = identity { Some(session) } else { None };
    let proven_s = question.mfa.map(Timestamp::secs).or_else(|| session.and_then(|session| session.mfa_s));
    if let Some(proven_s) = proven_s {
        context.set("aws:MultiFactorAuthPresent", "true");
        context.set("aws:MultiFactorAuthAge", question.now.secs().saturating_sub(proven_s).max(0).to_string());
    } else if session.is_some() {
        context.set("aws:MultiFactorAuthPresent", "false");
    }
}

/// A user's session without MFA may not call IAM, nor any user's session STS beyond `AssumeRole`; a federated user neither at all. (STS
/// guide, "Comparing AWS STS credentials"; `GetCallerIdentity` needs no permission and is never asked here.)
fn closed_to_sessions(identity: &Identity, principal: &Principal, question: &Question<'_>) -> Option<Verdict> {
    let Identity::Session(session) = identity else { return None };
    let service = question.action.split(':').next().unwrap_or_default();
    let assumes = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"].contains(&question.action);
    let closed = match session.kind {
        SessionKind::Role { .. } | SessionKind::Root => false,
        SessionKind::User { .. } => (service == "iam" && session.mfa_s.is_none()) || (service == "sts" && !assumes),
        SessionKind::Federated { .. } => service == "iam" || service == "sts",
    };
    closed.then(|| Verdict::of(missing(PolicyKind::Session), principal, question))
}

/// Nothing of that kind allows.
const fn missing(kind: PolicyKind) -> Decision<'static> {
    Decision { reason: Reason::ImplicitDeny(kind), by: None }
}

fn lent_by_root(identity: &Identity) -> bool {
    let Identity::Session(session) = identity else { return false };
    matches!(session.kind, SessionKind::Federated { user: None, .. })
}

/// Tags and what a session knows of itself; answers when it began.
fn caller_keys(context: &mut Context<'_>, identity: &Identity, compiled: Option<&Compiled>) -> Option<String> {
    let session = if let Identity::Session(session) = identity { Some(session) } else { None };
    let of_session: &[Tag] = session.map_or(&[], |session| &session.tags);
    let own = compiled.into_iter().flat_map(|compiled| &compiled.tags);
    for tag in own.filter(|tag| !of_session.iter().any(|other| same(&other.key, &tag.key))).chain(of_session) {
        context.set(format!("aws:PrincipalTag/{}", tag.key), tag.value.clone());
    }
    let session = session?;
    session_keys(context, session);
    Some(session.issued.iso8601())
}

fn session_keys(context: &mut Context<'_>, session: &Session) {
    if let Some(source) = &session.source_identity {
        context.set("aws:SourceIdentity", source.clone());
    }
    if let Some(provider) = &session.provider {
        context.set("aws:FederatedProvider", provider.clone());
    }
    for (key, value) in &session.keys {
        if context.values(key).is_empty() {
            context.set(key.clone(), value.clone());
        }
    }
    for (key, values) in &session.lists {
        if context.values(key).is_empty() {
            context.set_many(key.clone(), values.iter().cloned());
        }
    }
}

fn question_keys<'a>(context: &mut Context<'a>, question: &Question<'a>) {
    for (key, value) in question.keys {
        if context.values(key).is_empty() {
            context.set(*key, *value);
        }
    }
    for (key, values) in question.lists {
        if context.values(key).is_empty() {
            context.set_many(*key, values.iter().copied());
        }
    }
}
