//! What a deleted pool, group or user leaves behind.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Item, Left, Leftover, Store, Table, Tx, sweep, sweep_some};

use crate::error::Result;
use crate::table::group::{groups_of_user_counter, member_of};
use crate::table::pool_pk;

/// Everything of a pool under a prefix; the empty prefix is all of it.
#[derive(Debug, Serialize, Deserialize)]
struct OfPool {
    pool_id: String,
    prefix: String,
}

impl Leftover for OfPool {
    const MARKS_PK: &'static str = "cognito.swept";
    const MARKS: Table<Self> = Table::new("swept", 1);

    fn mark_sk(&self) -> String {
        format!("{}/{}", self.pool_id, self.prefix)
    }

    fn partition(&self) -> String {
        pool_pk(&self.pool_id)
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    fn remove_with(&self, tx: &mut Tx, item: &Item) {
        if let Some(sub) = member_of(&item.sk) {
            // The counter of a user who stays goes down, that of a pool that is gone leaves by its expiry.
            let expiry = self.prefix.is_empty().then_some(Timestamp::from_ms(0));
            tx.add(&groups_of_user_counter(&self.pool_id, sub), -1, None, expiry);
        }
    }
}

fn of_pool(pool_id: &str, prefix: &str) -> OfPool {
    OfPool { pool_id: pool_id.to_owned(), prefix: prefix.to_owned() }
}

/// Adds to a deletion that what lies under `prefix` is to be swept.
///
/// # Errors
/// The store's.
pub fn mark(tx: &mut Tx, pool_id: &str, prefix: &str) -> Result<()> {
    Ok(store::mark(tx, &of_pool(pool_id, prefix))?)
}

/// Sweeps a little at once and leaves much to a task.
///
/// # Errors
/// The store's.
pub async fn begin(store: &Store, pool_id: &str, prefix: &str) -> Result<()> {
    begin_with(store, of_pool(pool_id, prefix)).await
}

/// Takes up all sweeps that were broken off.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Store) -> Result<()> {
    for leftover in store::broken_off::<OfPool>(store).await? {
        begin_with(store, leftover).await?;
    }
    Ok(())
}

async fn begin_with(store: &Store, leftover: OfPool) -> Result<()> {
    if sweep_some(store, &leftover).await? == Left::Nothing {
        return Ok(());
    }
    let store = store.clone();
    drop(world::spawn("cognito-idp: sweep", async move {
        if let Err(error) = sweep(&store, &leftover).await {
            let pool_id = leftover.pool_id;
            tracing::warn!(pool.id = pool_id, ?error, "what was deleted waits for the next start to be swept");
        }
    }));
    Ok(())
}
