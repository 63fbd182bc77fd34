//! ListPolicyTags. In order of keys.

use model_iam::types::{ListPolicyTagsRequest, ListPolicyTagsResponse};

use crate::Cx;
use crate::entity::ManagedPolicy;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_policy_tags(cx: &Cx<'_>, input: ListPolicyTagsRequest) -> Result<ListPolicyTagsResponse> {
    let question = Question {
        operation: "ListPolicyTags",
        key: &input.policy_arn,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<ManagedPolicy>(cx, question).await?;
    Ok(ListPolicyTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
