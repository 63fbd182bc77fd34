//! ListRolePolicies.

use model_iam::types::{ListRolePoliciesRequest, ListRolePoliciesResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::{Question, list_inline};

/// Lists names of inline policies.
pub async fn list_role_policies(cx: &Cx<'_>, input: ListRolePoliciesRequest) -> Result<ListRolePoliciesResponse> {
    let question = Question {
        operation: "ListRolePolicies",
        holder: &input.role_name,
        path_prefix: None,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_inline::<Role>(cx, question).await?;
    Ok(ListRolePoliciesResponse {
        policy_names: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
