//! AttachUserPolicy.

use model_iam::types::AttachUserPolicyRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::attach;

/// Attaches a managed policy.
pub async fn attach_user_policy(cx: &Cx<'_>, input: AttachUserPolicyRequest) -> Result<()> {
    attach::<User>(cx, &input.user_name, &input.policy_arn).await
}
