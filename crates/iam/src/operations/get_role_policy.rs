//! GetRolePolicy.

use model_iam::types::{GetRolePolicyRequest, GetRolePolicyResponse};

use crate::Cx;
use crate::entity::{Role, encoded};
use crate::error::Result;
use crate::grants::get_inline;

/// Shows an inline policy.
pub async fn get_role_policy(cx: &Cx<'_>, input: GetRolePolicyRequest) -> Result<GetRolePolicyResponse> {
    let (name, document) = get_inline::<Role>(cx, &input.role_name, &input.policy_name).await?;
    Ok(GetRolePolicyResponse {
        role_name: Some(name),
        policy_name: Some(input.policy_name),
        policy_document: Some(encoded(&document)),
    })
}
