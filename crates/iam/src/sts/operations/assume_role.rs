//! AssumeRole. The trust policy must allow the caller, and where it names the caller's account only, the caller's own
//! policies must too; from another account both must. Tags need `sts:TagSession`, a source identity
//! `sts:SetSourceIdentity`, allowed in the same ways.

use aws_types::{AwsError, Timestamp};
use model_sts::types::{AssumeRoleRequest, AssumeRoleResponse};

use crate::Cx;
use crate::RootAssumes;
use crate::authorization::Question;
use crate::entity::Role;
use crate::error::Result;
use crate::identity::Identity;
use crate::session::{Session, SessionKind};
use crate::sts::error::{access_denied, invalid_parameter, root_assumes};
use crate::sts::grant::{
    SessionTags, assumed_role_user, credentials_to_wire, duration, grant, role, role_kind, role_place,
    session_policies, session_tags,
};
use crate::sts::mfa;
use crate::trust::trust_of;

/// Gives credentials of a role.
pub async fn assume_role(cx: &Cx<'_>, input: AssumeRoleRequest) -> Result<AssumeRoleResponse> {
    let (account, _) = role_place(&input.role_arn)?;
    let identity = cx.identity().await?;
    refuse_root(cx, &identity)?;
    let source_identity = source_identity(&identity, input.source_identity.as_deref())?;
    let tags = session_tags(&identity, input.tags.clone(), input.transitive_tag_keys.clone())?;
    let Some(role) = role(cx.shared, &input.role_arn).await? else {
        return Err(denied(&identity, "sts:AssumeRole", &input.role_arn));
    };
    let mfa = mfa::proven(cx, &identity, input.serial_number.as_deref(), input.token_code.as_deref()).await?;
    may_assume(cx, &identity, (&input, mfa), &role, &tags).await?;
    let duration = duration(input.duration_seconds, &role, &identity)?;
    let policies = session_policies(cx.shared, &account, input.policy, input.policy_arns).await?;
    let mut session = Session::begin(cx.shared, &account, role_kind(&role, &input.role_session_name), duration);
    (session.policy, session.policy_arns) = (policies.policy, policies.arns);
    (session.tags, session.transitive) = (tags.all, tags.transitive);
    session.source_identity.clone_from(&source_identity);
    let granted = grant(cx.shared, session)?;
    Ok(AssumeRoleResponse {
        assumed_role_user: Some(assumed_role_user(&granted.session)),
        credentials: Some(credentials_to_wire(granted.credentials)),
        packed_policy_size: granted.packed,
        source_identity,
        session_token_utilization: None,
        session_token_size: None,
    })
}

fn refuse_root(cx: &Cx<'_>, identity: &Identity) -> Result<()> {
    let is_root = match identity {
        Identity::Root { .. } => true,
        Identity::Session(session) => session.kind == SessionKind::Root,
        Identity::User(_) => false,
    };
    if is_root && cx.shared.config.root_assumes == RootAssumes::Never { Err(root_assumes()) } else { Ok(()) }
}

/// A source identity is set once and stays along the chain.
fn source_identity(identity: &Identity, asked: Option<&str>) -> Result<Option<String>> {
    let kept = if let Identity::Session(session) = identity { session.source_identity.as_deref() } else { None };
    match (kept, asked) {
        // own: AWS's sentence is not known.
        (Some(kept), Some(asked)) if kept != asked => {
            Err(invalid_parameter("The source identity of a session cannot be changed by role chaining."))
        }
        (kept, asked) => Ok(kept.or(asked).map(str::to_owned)),
    }
}

/// A role that is not there is refused as one that may not be assumed.
fn denied(identity: &Identity, action: &str, role_arn: &str) -> AwsError {
    let arn = identity.arn();
    access_denied(format_args!("User: {arn} is not authorized to perform: {action} on resource: {role_arn}"))
}

async fn may_assume(
    cx: &Cx<'_>,
    identity: &Identity,
    (input, mfa): (&AssumeRoleRequest, Option<Timestamp>),
    role: &Role,
    tags: &SessionTags,
) -> Result<()> {
    let trust = trust_of(role, &identity.principal())?;
    let duration = input.duration_seconds.map(|duration| duration.to_string());
    let request_tags: Vec<(String, &str)> =
        tags.requested.iter().map(|tag| (format!("aws:RequestTag/{}", tag.key), tag.value.as_str())).collect();
    let role_tags: Vec<(String, &str)> =
        role.tags.iter().map(|tag| (format!("aws:ResourceTag/{}", tag.key), tag.value.as_str())).collect();
    let mut keys = vec![("sts:RoleSessionName", input.role_session_name.as_str())];
    keys.extend(input.external_id.as_deref().map(|id| ("sts:ExternalId", id)));
    keys.extend(input.source_identity.as_deref().map(|id| ("sts:SourceIdentity", id)));
    keys.extend(duration.as_deref().map(|duration| ("sts:DurationSeconds", duration)));
    keys.extend(request_tags.iter().chain(&role_tags).map(|(key, value)| (key.as_str(), *value)));
    keys.extend(global_keys(cx));
    let tag_keys: Vec<&str> = tags.requested.iter().map(|tag| tag.key.as_str()).collect();
    let transitive: Vec<&str> = tags.transitive.iter().map(String::as_str).collect();
    let lists = [("aws:TagKeys", tag_keys.as_slice()), ("sts:TransitiveTagKeys", transitive.as_slice())];
    let question = Question {
        keys: &keys,
        lists: &lists,
        resource_policy: Some(&trust),
        resource_account: Some(&role.account),
        mfa,
        ..Question::new("sts:AssumeRole", &input.role_arn, cx.call.now)
    };
    let mut actions = vec!["sts:AssumeRole"];
    actions.extend((!tags.requested.is_empty()).then_some("sts:TagSession"));
    actions.extend(input.source_identity.is_some().then_some("sts:SetSourceIdentity"));
    for action in actions {
        let verdict = cx.shared.authorize(identity, &Question { action, ..question }).await?;
        if !verdict.is_allowed() {
            return Err(access_denied(verdict.short_sentence));
        }
    }
    Ok(())
}

/// What every request says of itself.
fn global_keys<'a>(cx: &'a Cx<'_>) -> [(&'static str, &'a str); 3] {
    [
        ("aws:SourceIp", &cx.call.source_ip),
        ("aws:UserAgent", &cx.call.user_agent),
        ("aws:RequestedRegion", cx.call.region.as_str()),
    ]
}
