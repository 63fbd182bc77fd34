//! What a deleted pool or group leaves behind is removed in batches. The mark that says so is written with the deletion itself,
//! so that a sweep broken off is taken up at the next start.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Expect, Store, StoreError, Table, Tx};

use crate::error::Result;
use crate::table::group::{groups_of_user_counter, member_of};
use crate::table::pool_pk;

/// Items removed by one transaction.
const BATCH: usize = 500;
/// Partition of the marks.
const MARKS_PK: &str = "cognito.swept";

/// Everything of a pool under a prefix; the empty prefix is all of it.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    pool_id: String,
    prefix: String,
}

const MARKS: Table<Mark> = Table::new("swept", 1);

fn mark_sk(pool_id: &str, prefix: &str) -> String {
    format!("{pool_id}/{prefix}")
}

/// Adds to a deletion that what lies under `prefix` is to be swept.
///
/// # Errors
/// The store's.
pub fn mark(tx: &mut Tx, pool_id: &str, prefix: &str) -> Result<()> {
    let mark = Mark { pool_id: pool_id.to_owned(), prefix: prefix.to_owned() };
    MARKS.put(tx, MARKS_PK, &mark_sk(pool_id, prefix), &mark, Vec::new())?;
    Ok(())
}

/// Sweeps a little at once and leaves much to a task.
///
/// # Errors
/// The store's.
pub async fn begin(store: &Store, pool_id: &str, prefix: &str) -> Result<()> {
    if batch(store, pool_id, prefix).await? == Left::Nothing {
        return Ok(());
    }
    let (store, pool_id, prefix) = (store.clone(), pool_id.to_owned(), prefix.to_owned());
    drop(world::spawn("cognito-idp: sweep", async move { finish(&store, &pool_id, &prefix).await }));
    Ok(())
}

/// Takes up all sweeps that were broken off.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Store) -> Result<()> {
    for mark in MARKS.list(store, MARKS_PK, "", None, BATCH).await? {
        begin(store, &mark.pool_id, &mark.prefix).await?;
    }
    Ok(())
}

async fn finish(store: &Store, pool_id: &str, prefix: &str) {
    loop {
        match batch(store, pool_id, prefix).await {
            Ok(Left::Nothing) => return,
            Ok(Left::Something) => {}
            Err(error) => {
                tracing::warn!(pool.id = pool_id, ?error, "what was deleted waits for the next start to be swept");
                return;
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// Removes one batch; the mark with the last one.
async fn batch(store: &Store, pool_id: &str, prefix: &str) -> Result<Left> {
    let items = store.query(&pool_pk(pool_id), prefix, None, BATCH).await?;
    let mut tx = Tx::new();
    for item in &items {
        tx.delete_raw(&item.pk, &item.sk, Expect::Version(item.version));
        if let Some(sub) = member_of(&item.sk) {
            // The counter of a user who stays goes down, that of a pool that is gone leaves by its expiry.
            let expiry = prefix.is_empty().then_some(Timestamp::from_ms(0));
            tx.add(&groups_of_user_counter(pool_id, sub), -1, None, expiry);
        }
    }
    let last = items.len() < BATCH;
    if last {
        tx.delete_raw(MARKS_PK, mark_sk(pool_id, prefix), Expect::Any);
    }
    match store.commit(tx).await {
        // An item went or changed meanwhile: the next batch sees what is left.
        Err(StoreError::Conflict) => Ok(Left::Something),
        Err(error) => Err(error.into()),
        Ok(_) if last => Ok(Left::Nothing),
        Ok(_) => Ok(Left::Something),
    }
}
