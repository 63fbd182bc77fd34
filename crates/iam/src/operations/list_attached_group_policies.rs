//! ListAttachedGroupPolicies. In order of names.

use model_iam::types::{ListAttachedGroupPoliciesRequest, ListAttachedGroupPoliciesResponse};

use crate::Cx;
use crate::entity::{Group, attached_to_wire};
use crate::error::Result;
use crate::grants::{Question, list_attached};

/// Lists attached policies.
pub async fn list_attached_group_policies(
    cx: &Cx<'_>,
    input: ListAttachedGroupPoliciesRequest,
) -> Result<ListAttachedGroupPoliciesResponse> {
    let question = Question {
        operation: "ListAttachedGroupPolicies",
        holder: &input.group_name,
        path_prefix: input.path_prefix.as_deref(),
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_attached::<Group>(cx, question).await?;
    Ok(ListAttachedGroupPoliciesResponse {
        attached_policies: Some(attached_to_wire(&page.items)),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
