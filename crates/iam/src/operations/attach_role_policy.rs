//! AttachRolePolicy.

use model_iam::types::AttachRolePolicyRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::attach;

/// Attaches a managed policy.
pub async fn attach_role_policy(cx: &Cx<'_>, input: AttachRolePolicyRequest) -> Result<()> {
    attach::<Role>(cx, &input.role_name, &input.policy_arn).await
}
