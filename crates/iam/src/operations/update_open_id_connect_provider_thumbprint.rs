//! UpdateOpenIDConnectProviderThumbprint.

use model_iam::types::UpdateOpenIDConnectProviderThumbprintRequest;

use super::create_open_id_connect_provider::check_thumbprints;
use crate::Cx;
use crate::entity::OidcProvider;
use crate::error::Result;

/// Replaces the thumbprints.
pub async fn update_open_id_connect_provider_thumbprint(
    cx: &Cx<'_>,
    input: UpdateOpenIDConnectProviderThumbprintRequest,
) -> Result<()> {
    check_thumbprints(input.thumbprint_list.len())?;
    let update = |provider: &mut OidcProvider, _: &mut store::Tx| {
        provider.thumbprints.clone_from(&input.thumbprint_list);
        Ok(())
    };
    cx.change(&input.open_id_connect_provider_arn, update).await.map(drop)
}
