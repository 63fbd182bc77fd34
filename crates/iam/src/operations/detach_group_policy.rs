//! DetachGroupPolicy.

use model_iam::types::DetachGroupPolicyRequest;

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::grants::detach;

/// Detaches a managed policy.
pub async fn detach_group_policy(cx: &Cx<'_>, input: DetachGroupPolicyRequest) -> Result<()> {
    detach::<Group>(cx, &input.group_name, &input.policy_arn).await
}
