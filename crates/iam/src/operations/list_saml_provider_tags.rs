//! ListSAMLProviderTags. In order of keys.

use model_iam::types::{ListSAMLProviderTagsRequest, ListSAMLProviderTagsResponse};

use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_saml_provider_tags(
    cx: &Cx<'_>,
    input: ListSAMLProviderTagsRequest,
) -> Result<ListSAMLProviderTagsResponse> {
    let question = Question {
        operation: "ListSAMLProviderTags",
        key: &input.saml_provider_arn,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<SamlProvider>(cx, question).await?;
    Ok(ListSAMLProviderTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
