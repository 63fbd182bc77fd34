//! ListOpenIDConnectProviders. Not by page.

use model_iam::types::{
    ListOpenIDConnectProvidersRequest, ListOpenIDConnectProvidersResponse, OpenIDConnectProviderListEntry,
};

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;
use crate::table::Entity;

/// Lists providers.
pub async fn list_open_id_connect_providers(
    cx: &Cx<'_>,
    _: ListOpenIDConnectProvidersRequest,
) -> Result<ListOpenIDConnectProvidersResponse> {
    let rows = OidcProvider::TABLE.list(cx.store(), &cx.pk(), OidcProvider::PREFIX, None, 1_000).await?;
    let entry = |row: &store::Versioned<OidcProvider>| OpenIDConnectProviderListEntry { arn: Some(row.arn()) };
    Ok(ListOpenIDConnectProvidersResponse { open_id_connect_provider_list: Some(rows.iter().map(entry).collect()) })
}
