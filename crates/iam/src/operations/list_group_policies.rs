//! ListGroupPolicies.

use model_iam::types::{ListGroupPoliciesRequest, ListGroupPoliciesResponse};

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::grants::{Question, list_inline};

/// Lists names of inline policies.
pub async fn list_group_policies(cx: &Cx<'_>, input: ListGroupPoliciesRequest) -> Result<ListGroupPoliciesResponse> {
    let question = Question {
        operation: "ListGroupPolicies",
        holder: &input.group_name,
        path_prefix: None,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_inline::<Group>(cx, question).await?;
    Ok(ListGroupPoliciesResponse {
        policy_names: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
