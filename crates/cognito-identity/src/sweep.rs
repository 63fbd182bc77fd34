//! The identities of a pool that was deleted. Nobody finds them any more; they are removed in the background, a batch
//! after the other, also after a restart in between.

use std::sync::Arc;

use store::Tx;

use crate::error::Result;
use crate::link;
use crate::service::CognitoIdentity;
use crate::table::{GONE, GONE_PK, IDENTITIES_OF, identity_of};

/// Identities removed between two looks.
const BATCH: usize = 100;

impl CognitoIdentity {
    /// Removes what deleted pools left behind. At start, and after each deletion.
    ///
    /// # Errors
    /// The store's.
    pub async fn sweep(&self) -> Result<()> {
        let gone = GONE.list(self.store(), GONE_PK, "", None, BATCH).await?;
        for pool in gone {
            self.sweep_pool(&pool.value).await?;
            let mut tx = Tx::new();
            GONE.delete(&mut tx, &pool);
            // Another sweep may have been quicker.
            drop(self.store().commit(tx).await);
        }
        Ok(())
    }

    async fn sweep_pool(&self, pool_id: &str) -> Result<()> {
        loop {
            let found = self.store().lookup(IDENTITIES_OF, pool_id, None, BATCH).await?;
            if found.is_empty() {
                return Ok(());
            }
            for (pk, _) in found {
                link::delete(self.store(), identity_of(&pk)).await?;
            }
        }
    }

    /// Sweeps at start and after each deletion, for as long as the server runs.
    pub async fn follow(self: Arc<Self>) {
        loop {
            if let Err(error) = self.sweep().await {
                tracing::warn!(?error, "identities of deleted pools could not be removed");
            }
            self.deleted.notified().await;
        }
    }
}

/// Adds to a transaction that a pool's identities are to be removed.
///
/// # Errors
/// The store's.
pub fn note(tx: &mut Tx, pool_id: &str) -> Result<()> {
    Ok(GONE.put(tx, GONE_PK, pool_id, &pool_id.to_owned(), Vec::new())?)
}
