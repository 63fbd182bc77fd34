//! Index entries and held keys.

use super::{Failure, Outcome, put, same};
use crate::{Expect, Store, StoreError, Tx};

fn pair(pk: &str, sk: &str) -> (String, String) {
    (pk.to_owned(), sk.to_owned())
}

fn reserve(key: &str, sk: &str) -> Tx {
    let mut tx = Tx::new();
    tx.reserve("name", key, "p", sk);
    tx
}

async fn holder(store: &Store, key: &str) -> Result<Vec<String>, Failure> {
    Ok(store.lookup("name", key, None, 9).await?.into_iter().map(|(_, sk)| sk).collect())
}

pub(super) async fn a_put_replaces_the_items_entries(store: Store) -> Outcome {
    let index = |keys: &[&str]| keys.iter().map(|key| ("by", (*key).to_owned())).collect();
    store.commit(put("p", "s", "1", Expect::Any, index(&["a", "b", "b"]))).await?;
    store.commit(put("p", "t", "1", Expect::Any, index(&["b"]))).await?;
    same("a", store.lookup("by", "a", None, 9).await?, vec![pair("p", "s")])?;
    same("b", store.lookup("by", "b", None, 9).await?, vec![pair("p", "s"), pair("p", "t")])?;
    same("another index", store.lookup("bx", "b", None, 9).await?, vec![])?;
    store.commit(put("p", "s", "2", Expect::Any, index(&["c"]))).await?;
    same("a then", store.lookup("by", "a", None, 9).await?, vec![])?;
    same("b then", store.lookup("by", "b", None, 9).await?, vec![pair("p", "t")])?;
    same("c then", store.lookup("by", "c", None, 9).await?, vec![pair("p", "s")])
}

pub(super) async fn lookups_page_in_order(store: Store) -> Outcome {
    let mut wanted = Vec::new();
    for pk in ["", "a", "a\0", "b"] {
        for sk in ["", "\0", "x", "é"] {
            store.commit(put(pk, sk, "", Expect::Any, vec![("by", "k".to_owned()), ("by", "kk".to_owned())])).await?;
            wanted.push(pair(pk, sk));
        }
    }
    let mut seen: Vec<(String, String)> = Vec::new();
    loop {
        let after = seen.last().map(|(pk, sk)| (pk.as_str(), sk.as_str()));
        let page = store.lookup("by", "k", after, 3).await?;
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    same("pages", seen, wanted)
}

pub(super) async fn a_range_lists_exactly_the_keys_under_a_prefix(store: Store) -> Outcome {
    let keys = ["", "a", "a\0", "aa", "ab", "a\u{10ffff}", "b", "\u{ff}", "\u{10ffff}", "\u{10ffff}a"];
    let mut entries = Vec::new();
    for key in keys {
        for sk in ["1", "2"] {
            let index = vec![("by", key.to_owned()), ("other", key.to_owned())];
            store.commit(put(&format!("p{key}"), sk, "", Expect::Any, index)).await?;
            entries.push((key.to_owned(), format!("p{key}"), sk.to_owned()));
        }
    }
    entries.sort();
    for prefix in keys.into_iter().chain(["zz"]) {
        let wanted: Vec<_> = entries.iter().filter(|(key, ..)| key.starts_with(prefix)).cloned().collect();
        let mut seen: Vec<(String, String, String)> = Vec::new();
        loop {
            let after = seen.last().map(|(key, pk, sk)| (key.as_str(), pk.as_str(), sk.as_str()));
            let page = store.lookup_range("by", prefix, after, 3).await?;
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        same(&format!("prefix {prefix:?}"), seen, wanted)?;
    }
    let below = store.lookup_range("by", "b", Some(("a", "p", "s")), 9).await?;
    same("after an entry below the prefix", below.len(), 2)
}

pub(super) async fn a_reserved_key_has_one_holder(store: Store) -> Outcome {
    store.commit(reserve("k", "first")).await?;
    same("another", store.commit(reserve("k", "second")).await, Err(StoreError::Conflict))?;
    store.commit(reserve("k", "first")).await?;
    store.commit(reserve("K", "second")).await?;
    let mut both = reserve("new", "first");
    both.reserve("name", "new", "p", "second");
    same("two in one transaction", store.commit(both).await, Err(StoreError::Conflict))?;
    store.commit(put("p", "first", "", Expect::Any, vec![("by", "x".to_owned())])).await?;
    same("kept through a put", holder(&store, "k").await?, vec!["first".to_owned()])?;
    let mut release = Tx::new();
    release.release("name", "k", "p", "second");
    store.commit(release).await?;
    same("released by who does not hold it", holder(&store, "k").await?, vec!["first".to_owned()])?;
    let mut release = Tx::new();
    release.release("name", "k", "p", "first");
    store.commit(release).await?;
    store.commit(reserve("k", "second")).await?;
    same("free again", holder(&store, "k").await?, vec!["second".to_owned()])
}

pub(super) async fn a_reserved_key_can_change_hands_in_one_transaction(store: Store) -> Outcome {
    store.commit(reserve("k", "first")).await?;
    let mut tx = Tx::new();
    tx.release("name", "k", "p", "first");
    tx.reserve("name", "k", "p", "second");
    store.commit(tx).await?;
    same("released, then reserved", holder(&store, "k").await?, vec!["second".to_owned()])?;
    let mut tx = Tx::new();
    tx.delete_raw("p", "second", Expect::Any);
    tx.reserve("name", "k", "p", "third");
    store.commit(tx).await?;
    same("deleted, then reserved", holder(&store, "k").await?, vec!["third".to_owned()])?;
    let mut tx = Tx::new();
    tx.reserve("name", "k", "p", "fourth");
    tx.release("name", "k", "p", "third");
    same("reserved before the release", store.commit(tx).await, Err(StoreError::Conflict))
}

pub(super) async fn deleting_an_item_frees_its_keys(store: Store) -> Outcome {
    let mut tx = put("p", "first", "", Expect::Absent, vec![("by", "x".to_owned())]);
    tx.reserve("name", "k", "p", "first");
    store.commit(tx).await?;
    let mut tx = Tx::new();
    tx.delete_raw("p", "first", Expect::Present);
    store.commit(tx).await?;
    same("entry", store.lookup("by", "x", None, 9).await?, vec![])?;
    same("holder", holder(&store, "k").await?, vec![])?;
    store.commit(reserve("k", "second")).await?;
    same("next holder", holder(&store, "k").await?, vec!["second".to_owned()])
}
