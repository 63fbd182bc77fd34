//! DetachRolePolicy.

use model_iam::types::DetachRolePolicyRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::detach;

/// Detaches a managed policy.
pub async fn detach_role_policy(cx: &Cx<'_>, input: DetachRolePolicyRequest) -> Result<()> {
    detach::<Role>(cx, &input.role_name, &input.policy_arn).await
}
