//! ListSAMLProviders. Not by page.

use model_iam::types::{ListSAMLProvidersRequest, ListSAMLProvidersResponse, SAMLProviderListEntry};

use crate::Cx;
use crate::entity::SamlProvider;
use crate::error::Result;
use crate::table::Entity;

/// Lists providers.
pub async fn list_saml_providers(cx: &Cx<'_>, _: ListSAMLProvidersRequest) -> Result<ListSAMLProvidersResponse> {
    let rows = SamlProvider::TABLE.list(cx.store(), &cx.pk(), SamlProvider::PREFIX, None, 1_000).await?;
    let entry = |row: &store::Versioned<SamlProvider>| SAMLProviderListEntry {
        arn: Some(row.arn()),
        valid_until: Some(row.valid_until),
        create_date: Some(row.created),
    };
    Ok(ListSAMLProvidersResponse { saml_provider_list: Some(rows.iter().map(entry).collect()) })
}
