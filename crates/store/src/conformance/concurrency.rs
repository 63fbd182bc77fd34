//! Many at once: nothing lost, nothing twice, nothing by halves.

use super::{Failure, Outcome, body, put, same, together, write};
use crate::{Expect, Store, StoreError, Tx, retry};

const TASKS: usize = 32;

pub(super) async fn compare_and_set_loses_no_update(store: Store) -> Outcome {
    const EACH: usize = 8;
    write(&store, "p", "s", "0").await?;
    together(TASKS, |_| {
        let store = store.clone();
        async move {
            for _ in 0..EACH {
                retry(&store, || add_one(&store)).await?;
            }
            Ok(())
        }
    })
    .await?;
    same("sum", body(&store, "p", "s").await?, Some((TASKS * EACH).to_string()))
}

async fn add_one(store: &Store) -> Result<(), StoreError> {
    let item = store.get_item("p", "s").await?.ok_or(StoreError::Closed)?;
    let n: usize = String::from_utf8_lossy(&item.body).parse().map_err(|_| StoreError::Closed)?;
    store.commit(put("p", "s", &(n + 1).to_string(), Expect::Version(item.version), vec![])).await?;
    Ok(())
}

pub(super) async fn a_bounded_counter_lets_exactly_so_many_through(store: Store) -> Outcome {
    const BOUND: i64 = 100;
    let passed = together(TASKS, |task| {
        let store = store.clone();
        async move {
            let mut passed = 0;
            for i in 0..10 {
                let mut tx = Tx::new();
                tx.add("quota", 1, Some(BOUND), None);
                tx.put_raw("used", format!("{task}/{i}"), "", Expect::Absent, None, vec![]);
                match store.commit(tx).await {
                    Ok(_) => passed += 1,
                    Err(StoreError::Limit) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(passed)
        }
    })
    .await?;
    same("let through", passed.into_iter().sum::<i64>(), BOUND)?;
    same("counter", store.counter("quota").await?, BOUND)?;
    same("written", i64::try_from(store.query("used", "", None, 1000).await?.len()), Ok(BOUND))
}

pub(super) async fn one_of_many_wins_a_key(store: Store) -> Outcome {
    let winners = together(TASKS, |task| {
        let store = store.clone();
        async move {
            let mut tx = put("p", &task.to_string(), "", Expect::Absent, vec![]);
            tx.reserve("name", "k", "p", task.to_string());
            match store.commit(tx).await {
                Ok(_) => Ok(Some(task.to_string())),
                Err(StoreError::Conflict) => Ok(None),
                Err(error) => Err(error),
            }
        }
    })
    .await?;
    let winners: Vec<String> = winners.into_iter().flatten().collect();
    let holders: Vec<String> = store.lookup("name", "k", None, 99).await?.into_iter().map(|(_, sk)| sk).collect();
    same("how many", winners.len(), 1)?;
    same("who", holders, winners)?;
    same("items", store.query("p", "", None, 99).await?.len(), 1)
}

/// One half of the tasks moves a token between two places, the other counts it: a single list must show it once.
pub(super) async fn a_reader_never_sees_half_a_transaction(store: Store) -> Outcome {
    write(&store, "p", "a", "").await?;
    let seen = together(TASKS, |task| {
        let store = store.clone();
        async move {
            let mut odd = 0;
            for _ in 0..20 {
                if task % 2 == 0 {
                    toggle(&store).await?;
                } else if store.query("p", "", None, 9).await?.len() != 1 {
                    odd += 1;
                }
            }
            Ok(odd)
        }
    })
    .await?;
    if seen.iter().sum::<usize>() == 0 { Ok(()) } else { Err(Failure("a list showed half a move".to_owned())) }
}

async fn toggle(store: &Store) -> Result<(), StoreError> {
    let (from, to) = if store.get_item("p", "a").await?.is_some() { ("a", "b") } else { ("b", "a") };
    let mut tx = Tx::new();
    tx.delete_raw("p", from, Expect::Present);
    tx.put_raw("p", to, "", Expect::Absent, None, vec![]);
    match store.commit(tx).await {
        Err(StoreError::Conflict) | Ok(_) => Ok(()),
        Err(error) => Err(error),
    }
}
