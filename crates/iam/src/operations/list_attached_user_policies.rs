//! ListAttachedUserPolicies. In order of names.

use model_iam::types::{ListAttachedUserPoliciesRequest, ListAttachedUserPoliciesResponse};

use crate::Cx;
use crate::entity::{User, attached_to_wire};
use crate::error::Result;
use crate::grants::{Question, list_attached};

/// Lists attached policies.
pub async fn list_attached_user_policies(
    cx: &Cx<'_>,
    input: ListAttachedUserPoliciesRequest,
) -> Result<ListAttachedUserPoliciesResponse> {
    let question = Question {
        operation: "ListAttachedUserPolicies",
        holder: &input.user_name,
        path_prefix: input.path_prefix.as_deref(),
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_attached::<User>(cx, question).await?;
    Ok(ListAttachedUserPoliciesResponse {
        attached_policies: Some(attached_to_wire(&page.items)),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
