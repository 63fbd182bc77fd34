//! RemoveClientIDFromOpenIDConnectProvider. One that is not there does no harm.

use model_iam::types::RemoveClientIDFromOpenIDConnectProviderRequest;

use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;

/// Takes an audience away.
pub async fn remove_client_id_from_open_id_connect_provider(
    cx: &Cx<'_>,
    input: RemoveClientIDFromOpenIDConnectProviderRequest,
) -> Result<()> {
    let remove = |provider: &mut OidcProvider, _: &mut store::Tx| {
        provider.client_ids.retain(|id| *id != input.client_id);
        Ok(())
    };
    cx.change(&input.open_id_connect_provider_arn, remove).await.map(drop)
}
