//! PutUserPolicy.

use model_iam::types::PutUserPolicyRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::put_inline;

/// Sets an inline policy.
pub async fn put_user_policy(cx: &Cx<'_>, input: PutUserPolicyRequest) -> Result<()> {
    put_inline::<User>(cx, &input.user_name, &input.policy_name, &input.policy_document).await
}
