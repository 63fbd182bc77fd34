//! GetOpenIDConnectProvider.

use model_iam::types::{GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse};

use crate::Cx;
use crate::entity::{OidcProvider, tags_to_wire};
use crate::error::Result;

/// Shows a provider.
pub async fn get_open_id_connect_provider(
    cx: &Cx<'_>,
    input: GetOpenIDConnectProviderRequest,
) -> Result<GetOpenIDConnectProviderResponse> {
    let provider = cx.find::<OidcProvider>(&input.open_id_connect_provider_arn).await?.value;
    Ok(GetOpenIDConnectProviderResponse {
        tags: tags_to_wire(&provider.tags),
        url: Some(provider.url),
        client_id_list: Some(provider.client_ids),
        thumbprint_list: Some(provider.thumbprints),
        create_date: Some(provider.created),
    })
}
