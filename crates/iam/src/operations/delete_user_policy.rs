//! DeleteUserPolicy.

use model_iam::types::DeleteUserPolicyRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::delete_inline;

/// Takes an inline policy away.
pub async fn delete_user_policy(cx: &Cx<'_>, input: DeleteUserPolicyRequest) -> Result<()> {
    delete_inline::<User>(cx, &input.user_name, &input.policy_name).await
}
