//! What a deleted API leaves behind is removed in batches. The mark that says so is written with the deletion itself,
//! so that a sweep broken off is taken up at the next start.

use serde::{Deserialize, Serialize};
use store::{Expect, Store, StoreError, Table, Tx};

use crate::error::Result;
use crate::table::api_pk;

const BATCH: usize = 500;
const MARKS_PK: &str = "apigatewayv2.swept";

#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    api_id: String,
}

const MARKS: Table<Mark> = Table::new("http-api-swept", 1);

/// Adds to a deletion that the API's partition is to be swept.
///
/// # Errors
/// The store's.
pub fn mark(tx: &mut Tx, api_id: &str) -> Result<()> {
    MARKS.put(tx, MARKS_PK, api_id, &Mark { api_id: api_id.to_owned() }, Vec::new())?;
    Ok(())
}

/// Removes all that is left of a deleted API.
///
/// # Errors
/// The store's; what is left waits for [`resume`].
pub async fn sweep(store: &Store, api_id: &str) -> Result<()> {
    loop {
        let items = store.query(&api_pk(api_id), "", None, BATCH).await?;
        let last = items.len() < BATCH;
        let mut tx = Tx::new();
        for item in items {
            tx.delete_raw(item.pk, item.sk, Expect::Any);
        }
        if last {
            tx.delete_raw(MARKS_PK, api_id, Expect::Any);
        }
        match store.commit(tx).await {
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
            Ok(_) if last => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// Takes up all sweeps that were broken off.
///
/// # Errors
/// The store's.
pub async fn resume(store: &Store) -> Result<()> {
    for mark in MARKS.list(store, MARKS_PK, "", None, BATCH).await? {
        sweep(store, &mark.api_id).await?;
    }
    Ok(())
}
