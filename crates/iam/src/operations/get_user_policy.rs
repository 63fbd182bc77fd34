//! GetUserPolicy.

use model_iam::types::{GetUserPolicyRequest, GetUserPolicyResponse};

use crate::Cx;
use crate::entity::{User, encoded};
use crate::error::Result;
use crate::grants::get_inline;

/// Shows an inline policy.
pub async fn get_user_policy(cx: &Cx<'_>, input: GetUserPolicyRequest) -> Result<GetUserPolicyResponse> {
    let (name, document) = get_inline::<User>(cx, &input.user_name, &input.policy_name).await?;
    Ok(GetUserPolicyResponse {
        user_name: Some(name),
        policy_name: Some(input.policy_name),
        policy_document: Some(encoded(&document)),
    })
}
