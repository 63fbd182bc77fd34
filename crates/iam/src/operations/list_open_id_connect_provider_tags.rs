//! ListOpenIDConnectProviderTags. In order of keys.

use model_iam::types::{ListOpenIDConnectProviderTagsRequest, ListOpenIDConnectProviderTagsResponse};

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_open_id_connect_provider_tags(
    cx: &Cx<'_>,
    input: ListOpenIDConnectProviderTagsRequest,
) -> Result<ListOpenIDConnectProviderTagsResponse> {
    let question = Question {
        operation: "ListOpenIDConnectProviderTags",
        key: &input.open_id_connect_provider_arn,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<OidcProvider>(cx, question).await?;
    Ok(ListOpenIDConnectProviderTagsResponse {
        tags: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
