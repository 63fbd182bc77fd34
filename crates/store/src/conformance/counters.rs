//! Counters, and what is swept away.

use aws_types::Timestamp;

use super::{Outcome, same};
use crate::{Expect, Store, StoreError, Tx};

fn add(n: i64, at_most: Option<i64>) -> Tx {
    let mut tx = Tx::new();
    tx.add("c", n, at_most, None);
    tx
}

pub(super) async fn additions_sum_up(store: Store) -> Outcome {
    same("absent", store.counter("c").await?, 0)?;
    store.commit(add(3, None)).await?;
    store.commit(add(-5, None)).await?;
    same("3 - 5", store.counter("c").await?, -2)?;
    let mut twice = add(10, None);
    twice.add("c", 20, None, None);
    store.commit(twice).await?;
    same("twice in one transaction", store.counter("c").await?, 28)?;
    same("another", store.counter("d").await?, 0)
}

pub(super) async fn a_bound_is_never_passed(store: Store) -> Outcome {
    store.commit(add(3, Some(3))).await?;
    same("one more", store.commit(add(1, Some(3))).await, Err(StoreError::Limit))?;
    let mut twice = add(1, Some(5));
    twice.add("c", 2, Some(5), None);
    same("twice in one transaction", store.commit(twice).await, Err(StoreError::Limit))?;
    same("overflow", store.commit(add(i64::MAX, None)).await, Err(StoreError::Limit))?;
    same("what stands", store.counter("c").await?, 3)
}

pub(super) async fn expired_items_and_counters_are_purged_up_to_the_limit(store: Store) -> Outcome {
    let mut tx = Tx::new();
    for i in 0..5 {
        let at = Timestamp::from_ms(i);
        tx.put_raw("p", format!("{i}"), "", Expect::Absent, Some(at), vec![]);
        tx.add(&format!("c{i}"), 1, None, Some(at));
    }
    tx.put_raw("p", "for ever", "", Expect::Absent, None, vec![]);
    tx.add("for ever", 1, None, None);
    store.commit(tx).await?;
    let mut later = Tx::new();
    later.add("c0", 1, None, Some(Timestamp::from_ms(100)));
    later.add("c1", 1, None, None);
    store.commit(later).await?;
    let now = Timestamp::from_ms(3);
    same("bounded", store.purge_expired(now, 2).await?, 2)?;
    same("the rest", store.purge_expired(now, 100).await?, 5)?;
    same("nothing left", store.purge_expired(now, 100).await?, 0)?;
    let left: Vec<_> = store.query("p", "", None, 9).await?.into_iter().map(|item| item.sk).collect();
    same("items", left, vec!["4".to_owned(), "for ever".to_owned()])?;
    same("a counter given more time", store.counter("c0").await?, 2)?;
    same("a counter whose time stayed", store.counter("c1").await?, 0)?;
    same("a counter without time", store.counter("for ever").await?, 1)
}
