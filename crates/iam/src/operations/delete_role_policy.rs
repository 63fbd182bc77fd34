//! DeleteRolePolicy.

use model_iam::types::DeleteRolePolicyRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::delete_inline;

/// Takes an inline policy away.
pub async fn delete_role_policy(cx: &Cx<'_>, input: DeleteRolePolicyRequest) -> Result<()> {
    delete_inline::<Role>(cx, &input.role_name, &input.policy_name).await
}
