//! Conditions and all-or-nothing.

use super::{Outcome, body, put, same, write};
use crate::{Expect, MAX_BODY_BYTES, MAX_KEY_BYTES, MAX_WRITES, Store, StoreError, Tx};

/// Commits and answers only whether it went through.
async fn outcome(store: &Store, tx: Tx) -> Result<(), StoreError> {
    store.commit(tx).await.map(drop)
}

fn delete(pk: &str, sk: &str, expect: Expect) -> Tx {
    let mut tx = Tx::new();
    tx.delete_raw(pk, sk, expect);
    tx
}

fn require(pk: &str, sk: &str, expect: Expect) -> Tx {
    let mut tx = Tx::new();
    tx.require(pk, sk, expect);
    tx
}

pub(super) async fn an_expectation_is_kept_or_the_commit_conflicts(store: Store) -> Outcome {
    let there = store.commit(put("p", "there", "1", Expect::Any, vec![])).await?.version;
    let conflict = Err(StoreError::Conflict);
    let cases = [
        (Expect::Any, Ok(()), Ok(())),
        (Expect::Absent, conflict.clone(), Ok(())),
        (Expect::Present, Ok(()), conflict.clone()),
        (Expect::Version(there), Ok(()), conflict.clone()),
        (Expect::Version(there + 1), conflict.clone(), conflict.clone()),
        (Expect::Version(0), conflict.clone(), conflict),
    ];
    for (expect, if_there, if_absent) in cases {
        same(&format!("require {expect:?}, there"), outcome(&store, require("p", "there", expect)).await, if_there)?;
        let absent = outcome(&store, require("p", "absent", expect)).await;
        same(&format!("require {expect:?}, absent"), absent, if_absent.clone())?;
        let deleted = outcome(&store, delete("p", "absent", expect)).await;
        same(&format!("delete {expect:?}, absent"), deleted, if_absent.clone())?;
        let written = outcome(&store, put("q", &format!("{expect:?}"), "", expect, vec![])).await;
        same(&format!("put {expect:?}, absent"), written, if_absent)?;
    }
    same("put over", outcome(&store, put("p", "there", "2", Expect::Version(there), vec![])).await, Ok(()))?;
    let stale = outcome(&store, delete("p", "there", Expect::Version(there))).await;
    same("delete by a stale version", stale, Err(StoreError::Conflict))?;
    same("what stands", body(&store, "p", "there").await?, Some("2".to_owned()))?;
    same("delete", outcome(&store, delete("p", "there", Expect::Present)).await, Ok(()))?;
    same("what stands then", body(&store, "p", "there").await?, None)
}

pub(super) async fn a_refused_transaction_leaves_nothing_behind(store: Store) -> Outcome {
    write(&store, "p", "kept", "kept").await?;
    let mut tx = Tx::new();
    tx.put_raw("p", "new", "new", Expect::Absent, None, vec![("by", "new".to_owned())]);
    tx.put_raw("p", "kept", "changed", Expect::Any, None, vec![]);
    tx.add("counter", 5, None, None);
    tx.reserve("name", "n", "p", "new");
    tx.event("topic", "key");
    let mut last_line_fails = tx.clone();
    last_line_fails.require("p", "kept", Expect::Absent);
    let mut bound_fails = tx;
    bound_fails.add("counter", 1, Some(5), None);
    same("conflict", store.commit(last_line_fails).await, Err(StoreError::Conflict))?;
    same("limit", store.commit(bound_fails).await, Err(StoreError::Limit))?;
    same("new item", body(&store, "p", "new").await?, None)?;
    same("old item", body(&store, "p", "kept").await?, Some("kept".to_owned()))?;
    same("counter", store.counter("counter").await?, 0)?;
    same("index", store.lookup("by", "new", None, 9).await?, vec![])?;
    same("held key", store.lookup("name", "n", None, 9).await?, vec![])?;
    same("events", store.events(0, 9).await?, vec![])
}

pub(super) async fn conditions_are_judged_against_the_state_before(store: Store) -> Outcome {
    write(&store, "p", "old", "old").await?;
    let mut tx = Tx::new();
    tx.delete_raw("p", "old", Expect::Present);
    tx.require("p", "old", Expect::Present);
    tx.put_raw("p", "new", "first", Expect::Absent, None, vec![]);
    tx.put_raw("p", "new", "second", Expect::Absent, None, vec![]);
    store.commit(tx).await?;
    same("deleted", body(&store, "p", "old").await?, None)?;
    same("the later line wins", body(&store, "p", "new").await?, Some("second".to_owned()))
}

pub(super) async fn a_version_never_comes_twice_for_one_place(store: Store) -> Outcome {
    let first = store.commit(put("p", "s", "1", Expect::Absent, vec![])).await?.version;
    store.commit(delete("p", "s", Expect::Version(first))).await?;
    let second = store.commit(put("p", "s", "2", Expect::Absent, vec![])).await?.version;
    let item = store.get_item("p", "s").await?;
    same("the item bears the commit's version", item.map(|item| item.version), Some(second))?;
    let stale = outcome(&store, put("p", "s", "3", Expect::Version(first), vec![])).await;
    same("a version from before the deletion", stale, Err(StoreError::Conflict))
}

pub(super) async fn what_is_too_large_is_refused_before_anything_is_written(store: Store) -> Outcome {
    let long = "k".repeat(MAX_KEY_BYTES + 1);
    let mut crowded = Tx::new();
    (0..=MAX_WRITES).for_each(|_| crowded.event("topic", "key"));
    let mut huge = Tx::new();
    huge.put_raw("p", "s", vec![0; MAX_BODY_BYTES + 1], Expect::Any, None, vec![]);
    for tx in [crowded, huge, put(&long, "s", "", Expect::Any, vec![]), put("p", &long, "", Expect::Any, vec![])] {
        let refused = matches!(store.commit(tx).await, Err(StoreError::TooLarge(_)));
        same("refused", refused, true)?;
    }
    let longest = "k".repeat(MAX_KEY_BYTES);
    write(&store, &longest, &longest, "fits").await?;
    same("the longest key", body(&store, &longest, &longest).await?, Some("fits".to_owned()))
}

pub(super) async fn a_body_of_any_bytes_up_to_the_bound_comes_back_as_it_was(store: Store) -> Outcome {
    let every_byte: Vec<u8> = (0..=255).collect();
    for bytes in [vec![], every_byte.clone(), every_byte.repeat(4096), vec![0xA5; MAX_BODY_BYTES]] {
        let mut tx = Tx::new();
        tx.put_raw("p", "s", bytes.clone(), Expect::Any, None, vec![]);
        store.commit(tx).await?;
        let item = store.get_item("p", "s").await?;
        same("a body", item.is_some_and(|item| item.body == bytes), true)?;
    }
    Ok(())
}
