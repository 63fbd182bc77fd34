//! DetachUserPolicy.

use model_iam::types::DetachUserPolicyRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::detach;

/// Detaches a managed policy.
pub async fn detach_user_policy(cx: &Cx<'_>, input: DetachUserPolicyRequest) -> Result<()> {
    detach::<User>(cx, &input.user_name, &input.policy_arn).await
}
