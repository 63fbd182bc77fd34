//! DeleteIdentityPool. Its identities are nobody's from that moment, and removed in the background.

use aws_types::AwsError;
use model_cognito_identity::types::DeleteIdentityPoolInput;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, busy, lost};
use crate::sweep;
use crate::table::POOLS;

/// Deletes a pool.
pub async fn delete_identity_pool(cx: &Cx<'_>, input: DeleteIdentityPoolInput) -> Result<()> {
    let run = || async {
        let pool = cx.pool(&input.identity_pool_id).await?;
        let mut tx = Tx::new();
        POOLS.delete(&mut tx, &pool);
        sweep::note(&mut tx, &pool.id)?;
        cx.store().commit(tx).await.map(drop).map_err(AwsError::from)
    };
    retry(cx.store(), run).await.map_err(|error| lost(error, busy))?;
    cx.service.deleted.notify_one();
    Ok(())
}
