//! DeleteIdentityProvider. Clients that name it keep the name, without effect; links of users stay in their profiles.

use model_cognito_idp::types::DeleteIdentityProviderRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent, unsupported_provider};
use crate::rules::identity_provider::is_reserved;
use crate::table::{PROVIDERS, providers_counter};

/// Deletes a provider.
pub async fn delete_identity_provider(cx: &Cx<'_>, input: DeleteIdentityProviderRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    retry(cx.store(), || async {
        cx.pool(pool_id).await?;
        if is_reserved(&input.provider_name) {
            return Err(unsupported_provider(&input.provider_name));
        }
        let provider = cx.identity_provider(pool_id, &input.provider_name).await?;
        let mut tx = Tx::new();
        PROVIDERS.delete(&mut tx, &provider);
        tx.add(&providers_counter(pool_id), -1, None, None);
        cx.store().commit(tx).await?;
        Ok(())
    })
    .await
    .map_err(concurrent)
}
