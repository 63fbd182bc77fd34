//! AddClientIDToOpenIDConnectProvider. One that is there already does no harm.

use model_iam::types::AddClientIDToOpenIDConnectProviderRequest;

use super::create_open_id_connect_provider::check_clients;
use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;

/// Adds an audience whose tokens are taken.
pub async fn add_client_id_to_open_id_connect_provider(
    cx: &Cx<'_>,
    input: AddClientIDToOpenIDConnectProviderRequest,
) -> Result<()> {
    let add = |provider: &mut OidcProvider, _: &mut store::Tx| {
        if !provider.client_ids.contains(&input.client_id) {
            provider.client_ids.push(input.client_id.clone());
        }
        check_clients(provider.client_ids.len())
    };
    cx.change(&input.open_id_connect_provider_arn, add).await.map(drop)
}
