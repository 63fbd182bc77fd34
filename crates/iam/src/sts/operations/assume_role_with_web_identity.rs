//! AssumeRoleWithWebIdentity. Open to all: the token is the proof.

use model_sts::types::{AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse};

use crate::Cx;
use crate::error::Result;
use crate::sts::error::invalid_identity_token;
use crate::sts::grant::{assumed_role_user, credentials_to_wire, role_place, session_policies};
use crate::sts::web_identity::{assume, prove};

/// Gives credentials of a role to whom a provider knows.
pub async fn assume_role_with_web_identity(
    cx: &Cx<'_>,
    input: AssumeRoleWithWebIdentityRequest,
) -> Result<AssumeRoleWithWebIdentityResponse> {
    let (account, _) = role_place(&input.role_arn)?;
    if input.provider_id.is_some() {
        // own: OAuth 2.0 access tokens of social providers are not taken.
        return Err(invalid_identity_token(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        ));
    }
    let proven = prove(cx.shared, &account, &input.web_identity_token, cx.call.now).await?;
    let policies = session_policies(cx.shared, &account, input.policy, input.policy_arns).await?;
    let mut identity = proven.identity;
    identity.role_arn = input.role_arn;
    identity.session_name = input.role_session_name;
    identity.duration_s = input.duration_seconds;
    (identity.policy, identity.policy_arns) = (policies.policy, policies.arns);
    let granted = assume(cx.shared, &identity, cx.call.now).await?;
    Ok(AssumeRoleWithWebIdentityResponse {
        assumed_role_user: Some(assumed_role_user(&granted.session)),
        credentials: Some(credentials_to_wire(granted.credentials)),
        subject_from_web_identity_token: Some(proven.subject),
        packed_policy_size: granted.packed,
        provider: Some(proven.issuer),
        audience: Some(proven.audience),
        source_identity: granted.session.source_identity,
        session_token_utilization: None,
        session_token_size: None,
    })
}
