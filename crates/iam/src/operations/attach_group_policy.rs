//! AttachGroupPolicy.

use model_iam::types::AttachGroupPolicyRequest;

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::grants::attach;

/// Attaches a managed policy.
pub async fn attach_group_policy(cx: &Cx<'_>, input: AttachGroupPolicyRequest) -> Result<()> {
    attach::<Group>(cx, &input.group_name, &input.policy_arn).await
}
