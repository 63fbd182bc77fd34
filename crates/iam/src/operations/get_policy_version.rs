//! GetPolicyVersion.

use model_iam::types::{GetPolicyVersionRequest, GetPolicyVersionResponse};

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::{Result, no_such_version};

/// Shows a version with its document.
pub async fn get_policy_version(cx: &Cx<'_>, input: GetPolicyVersionRequest) -> Result<GetPolicyVersionResponse> {
    let policy = match aws_managed::find(&input.policy_arn) {
        Some(policy) => policy.to_entity(),
        None => cx.find::<ManagedPolicy>(&input.policy_arn).await?.value,
    };
    let missing = || no_such_version(&input.policy_arn, &input.version_id);
    let version = policy.version(&input.version_id).ok_or_else(missing)?;
    Ok(GetPolicyVersionResponse { policy_version: Some(policy.version_with_document(version)) })
}
