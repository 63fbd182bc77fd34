//! ListAttachedRolePolicies. In order of names.

use model_iam::types::{ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse};

use crate::Cx;
use crate::entity::{Role, attached_to_wire};
use crate::error::Result;
use crate::grants::{Question, list_attached};

/// Lists attached policies.
pub async fn list_attached_role_policies(
    cx: &Cx<'_>,
    input: ListAttachedRolePoliciesRequest,
) -> Result<ListAttachedRolePoliciesResponse> {
    let question = Question {
        operation: "ListAttachedRolePolicies",
        holder: &input.role_name,
        path_prefix: input.path_prefix.as_deref(),
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_attached::<Role>(cx, question).await?;
    Ok(ListAttachedRolePoliciesResponse {
        attached_policies: Some(attached_to_wire(&page.items)),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
