//! ListUserPolicies.

use model_iam::types::{ListUserPoliciesRequest, ListUserPoliciesResponse};

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::{Question, list_inline};

/// Lists names of inline policies.
pub async fn list_user_policies(cx: &Cx<'_>, input: ListUserPoliciesRequest) -> Result<ListUserPoliciesResponse> {
    let question = Question {
        operation: "ListUserPolicies",
        holder: &input.user_name,
        path_prefix: None,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_inline::<User>(cx, question).await?;
    Ok(ListUserPoliciesResponse {
        policy_names: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
