//! DeleteManagedLoginBranding. The client's pages go on with the defaults; on AWS they stop working.

use model_cognito_idp::types::DeleteManagedLoginBrandingRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent};
use crate::managed_login::delete_assets;
use crate::table::{BRANDINGS, CHANGED};

/// Deletes a style with its images.
pub async fn delete_managed_login_branding(cx: &Cx<'_>, input: DeleteManagedLoginBrandingRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    let seq = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        let branding = cx.branding(&pool.id, &input.managed_login_branding_id).await?;
        let mut tx = Tx::new();
        delete_assets(&mut tx, &branding);
        BRANDINGS.delete(&mut tx, &branding);
        tx.event(CHANGED, pool_id);
        Ok(cx.store().commit(tx).await?.event_seq)
    })
    .await
    .map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await
}
