//! AssumeRoleWithSAML. Open to all: the assertion is the proof, and it is taken once.

use aws_types::Timestamp;
use model_sts::types::{AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::session::Session;
use crate::sts::error::{no_saml, over_role_maximum};
use crate::sts::grant::{
    Granted, HOUR_S, assumed_role_user, credentials_to_wire, federated_tags, grant, packed_size, role, role_kind,
    role_place, session_policies,
};
use crate::sts::saml::{Proven, prove};

/// Gives credentials of a role to whom an identity provider knows.
pub async fn assume_role_with_saml(
    cx: &Cx<'_>,
    input: AssumeRoleWithSAMLRequest,
) -> Result<AssumeRoleWithSAMLResponse> {
    let (account, _) = role_place(&input.role_arn)?;
    let proven = prove(cx.shared, &input.principal_arn, &input.saml_assertion, cx.call.now).await?;
    let role = role(cx.shared, &input.role_arn).await?.ok_or_else(no_saml)?;
    let tags = federated_tags(&account, &proven.tags, &proven.transitive)?;
    proven.may_assume(&role, cx.call.now)?;
    let duration = duration(input.duration_seconds, &role)?;
    let policies = session_policies(cx.shared, &account, input.policy, input.policy_arns).await?;
    let mut session = Session::begin(cx.shared, &account, role_kind(&role, &proven.session_name), duration);
    (session.policy, session.policy_arns) = (policies.policy, policies.arns);
    (session.tags, session.transitive) = (tags.all, tags.transitive);
    describe(&mut session, &proven);
    packed_size(&session)?;
    // Nothing refuses after this but the store: what is refused does not use the assertion up.
    proven.redeem(cx.shared).await?;
    Ok(answer(grant(cx.shared, session)?, &proven))
}

fn duration(asked: Option<i32>, role: &Role) -> Result<i32> {
    let duration = asked.unwrap_or(HOUR_S);
    if duration > role.max_session_s { Err(over_role_maximum()) } else { Ok(duration) }
}

/// Whose session it is; it ends with the session at the identity provider at the latest.
fn describe(session: &mut Session, proven: &Proven) {
    session.provider = Some(proven.provider_arn());
    (session.keys, session.lists) = proven.keys();
    session.source_identity.clone_from(&proven.source_identity);
    if let Some(end) = proven.session_expires().map(|end| Timestamp::from_secs(end.secs())) {
        session.expires = session.expires.min(end);
    }
}

fn answer(granted: Granted, proven: &Proven) -> AssumeRoleWithSAMLResponse {
    AssumeRoleWithSAMLResponse {
        assumed_role_user: Some(assumed_role_user(&granted.session)),
        credentials: Some(credentials_to_wire(granted.credentials)),
        packed_policy_size: granted.packed,
        subject: Some(proven.subject().to_owned()),
        subject_type: proven.subject_type().map(str::to_owned),
        issuer: Some(proven.issuer().to_owned()),
        audience: Some(proven.recipient().to_owned()),
        name_qualifier: Some(proven.name_qualifier()),
        source_identity: granted.session.source_identity,
        session_token_utilization: None,
        session_token_size: None,
    }
}
