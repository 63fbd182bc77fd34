//! What a deletion leaves behind is removed in batches. The mark that says so is written with the deletion itself, so
//! that a sweep broken off is taken up at the next start.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Expect, Item, Store, StoreError, Table, Tx};

/// Items removed by one transaction, marks read at a time.
const BATCH: usize = 500;

/// A part of a partition that a deletion leaves behind; stored as the mark that it is to be swept.
pub trait Leftover: Serialize + DeserializeOwned + Send + Sync {
    /// Where the marks of this kind lie.
    const MARKS_PK: &'static str;
    /// As what they are stored.
    const MARKS: Table<Self>;

    /// The mark's place among the others.
    fn mark_sk(&self) -> String;

    /// The partition that is swept.
    fn partition(&self) -> String;

    /// What of it is: the items under this prefix, all of them where it is empty.
    fn prefix(&self) -> &str {
        ""
    }

    /// Adds to the transaction that removes an item what else goes with it.
    fn remove_with(&self, _tx: &mut Tx, _item: &Item) {}
}

/// Whether a batch was the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It was, and the mark is gone.
    Nothing,
    /// There may be more.
    Something,
}

/// Adds to a deletion that what it leaves behind is to be swept.
///
/// # Errors
/// As [`Table::put`].
pub fn mark<L: Leftover>(tx: &mut Tx, leftover: &L) -> Result<(), StoreError> {
    L::MARKS.put(tx, L::MARKS_PK, &leftover.mark_sk(), leftover, Vec::new())
}

/// Removes all that is left.
///
/// # Errors
/// The store's; what is left waits for the next start.
pub async fn sweep<L: Leftover>(store: &Store, leftover: &L) -> Result<(), StoreError> {
    while sweep_some(store, leftover).await? == Left::Something {}
    Ok(())
}

/// Removes one batch; the mark with the last one.
///
/// # Errors
/// The store's.
pub async fn sweep_some<L: Leftover>(store: &Store, leftover: &L) -> Result<Left, StoreError> {
    let items = store.query(&leftover.partition(), leftover.prefix(), None, BATCH).await?;
    let mut tx = Tx::new();
    for item in &items {
        tx.delete_raw(&item.pk, &item.sk, Expect::Version(item.version));
        leftover.remove_with(&mut tx, item);
    }
    let last = items.len() < BATCH;
    if last {
        tx.delete_raw(L::MARKS_PK, leftover.mark_sk(), Expect::Any);
    }
    match store.commit(tx).await {
        Ok(_) if last => Ok(Left::Nothing),
        // Where an item went or changed meanwhile, the next batch sees what is left.
        Ok(_) | Err(StoreError::Conflict) => Ok(Left::Something),
        Err(error) => Err(error),
    }
}

/// All sweeps that were broken off.
///
/// # Errors
/// The store's.
pub async fn broken_off<L: Leftover>(store: &Store) -> Result<Vec<L>, StoreError> {
    L::MARKS.all(store, L::MARKS_PK, "").await
}
