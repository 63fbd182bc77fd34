//! PutRolePolicy.

use model_iam::types::PutRolePolicyRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::put_inline;

/// Sets an inline policy.
pub async fn put_role_policy(cx: &Cx<'_>, input: PutRolePolicyRequest) -> Result<()> {
    put_inline::<Role>(cx, &input.role_name, &input.policy_name, &input.policy_document).await
}
