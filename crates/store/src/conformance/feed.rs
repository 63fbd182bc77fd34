//! The feed of events.

use super::{Outcome, same};
use crate::{MAX_EVENTS, Store, Tx};

pub(super) async fn events_come_in_the_order_of_commits(store: Store) -> Outcome {
    same("at first", store.events(0, 9).await?, vec![])?;
    let mut two = Tx::new();
    two.event("plan", "a");
    two.event("key", "b");
    same("number of the last", store.commit(two).await?.event_seq, Some(2))?;
    let mut one = Tx::new();
    one.event("plan", "c");
    store.commit(one).await?;
    let mut none = Tx::new();
    none.add("c", 1, None, None);
    same("without events", store.commit(none).await?.event_seq, None)?;
    let all: Vec<_> = store.events(0, 9).await?.into_iter().map(|event| (event.seq, event.topic, event.key)).collect();
    let wanted = [(1, "plan", "a"), (2, "key", "b"), (3, "plan", "c")];
    same("all", all, wanted.map(|(seq, topic, key)| (seq, topic.to_owned(), key.to_owned())).to_vec())?;
    let second: Vec<_> = store.events(1, 1).await?.into_iter().map(|event| event.seq).collect();
    same("after the first, one", second, vec![2])?;
    same("after the last", store.events(3, 9).await?, vec![])
}

pub(super) async fn only_the_newest_events_are_kept(store: Store) -> Outcome {
    for _ in 0..3 {
        let mut tx = Tx::new();
        (0..MAX_EVENTS / 2).for_each(|_| tx.event("topic", "key"));
        store.commit(tx).await?;
    }
    let kept = store.events(0, 100_000).await?;
    same("how many", i64::try_from(kept.len()), Ok(MAX_EVENTS))?;
    same("oldest", kept.first().map(|event| event.seq), Some(MAX_EVENTS / 2 + 1))?;
    same("newest", kept.last().map(|event| event.seq), Some(MAX_EVENTS / 2 * 3))
}

pub(super) async fn a_subscriber_learns_the_newest_number(store: Store) -> Outcome {
    let mut newest = store.subscribe();
    same("at first", *newest.borrow_and_update(), 0)?;
    let mut silent = Tx::new();
    silent.add("c", 1, None, None);
    store.commit(silent).await?;
    same("moved by a commit without events", newest.has_changed().ok(), Some(false))?;
    let mut tx = Tx::new();
    tx.event("topic", "key");
    store.commit(tx).await?;
    same("moved by one with", newest.has_changed().ok(), Some(true))?;
    same("the number", *newest.borrow_and_update(), 1)?;
    same("a late subscriber", *store.subscribe().borrow(), 1)
}
