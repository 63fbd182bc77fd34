//! GetGroupPolicy.

use model_iam::types::{GetGroupPolicyRequest, GetGroupPolicyResponse};

use crate::Cx;
use crate::entity::{Group, encoded};
use crate::error::Result;
use crate::grants::get_inline;

/// Shows an inline policy.
pub async fn get_group_policy(cx: &Cx<'_>, input: GetGroupPolicyRequest) -> Result<GetGroupPolicyResponse> {
    let (name, document) = get_inline::<Group>(cx, &input.group_name, &input.policy_name).await?;
    Ok(GetGroupPolicyResponse {
        group_name: Some(name),
        policy_name: Some(input.policy_name),
        policy_document: Some(encoded(&document)),
    })
}
