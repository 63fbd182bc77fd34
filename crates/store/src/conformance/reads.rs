//! Reading: order, prefixes, paging, expiry.

use aws_types::Timestamp;

use super::{Failure, Outcome, body, same, write};
use crate::{Expect, Store, Tx};

/// Keys that sort wrongly under every collation but the bytewise one, with ends of ranges among them.
const ODD: [&str; 16] = [
    "",
    "\0",
    " ",
    "%",
    "A",
    "Z",
    "_",
    "a",
    "a\0",
    "aa",
    "b",
    "\u{7f}",
    "\u{ff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{10ffff}",
];

async fn listed(store: &Store, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<String>, Failure> {
    let items = store.query("p", prefix, after, limit).await?;
    Ok(items.into_iter().map(|item| item.sk).collect())
}

async fn fill(store: &Store) -> Result<Vec<String>, Failure> {
    let mut keys = Vec::new();
    for first in ODD {
        for second in ODD {
            keys.push(format!("{first}{second}"));
        }
    }
    keys.sort();
    keys.dedup();
    let mut tx = Tx::new();
    for key in keys.iter().rev() {
        tx.put_raw("p", key, key.as_bytes(), Expect::Absent, None, vec![]);
        tx.put_raw("p2", key, "a neighbour", Expect::Absent, None, vec![]);
        tx.put_raw("", key, "a neighbour", Expect::Absent, None, vec![]);
    }
    store.commit(tx).await?;
    Ok(keys)
}

pub(super) async fn items_are_listed_in_bytewise_order(store: Store) -> Outcome {
    let keys = fill(&store).await?;
    same("all", listed(&store, "", None, keys.len() + 1).await?, keys.clone())?;
    same("a few", listed(&store, "", None, 3).await?, keys.into_iter().take(3).collect())?;
    same("none", listed(&store, "", None, 0).await?, vec![])
}

pub(super) async fn a_prefix_lists_exactly_the_keys_that_begin_with_it(store: Store) -> Outcome {
    let keys = fill(&store).await?;
    for prefix in keys.iter().map(String::as_str).chain(["nothing begins so", "\u{10ffff}\u{10ffff}\u{10ffff}"]) {
        let wanted: Vec<String> = keys.iter().filter(|key| key.starts_with(prefix)).cloned().collect();
        same(&format!("prefix {prefix:?}"), listed(&store, prefix, None, 1000).await?, wanted)?;
    }
    Ok(())
}

pub(super) async fn a_list_pages_on_after_a_key_without_gap_or_repetition(store: Store) -> Outcome {
    let keys = fill(&store).await?;
    for prefix in ["", "a", "\u{10ffff}"] {
        let wanted: Vec<String> = keys.iter().filter(|key| key.starts_with(prefix)).cloned().collect();
        let mut seen: Vec<String> = Vec::new();
        loop {
            let page = listed(&store, prefix, seen.last().map(String::as_str), 7).await?;
            if page.is_empty() {
                break;
            }
            seen.extend(page);
        }
        same(&format!("pages of {prefix:?}"), seen, wanted.clone())?;
        same("after a key below the prefix", listed(&store, prefix, Some(""), 1000).await?.len(), {
            wanted.iter().filter(|key| !key.is_empty()).count()
        })?;
        let end = "\u{10ffff}".repeat(3);
        same("after the end", listed(&store, prefix, Some(&end), 9).await?, vec![])?;
    }
    Ok(())
}

pub(super) async fn keys_with_odd_characters_are_told_apart(store: Store) -> Outcome {
    let odd = ["é", "e\u{301}", "E", "e", "e ", "'; DROP TABLE item; --", "$1", "?1", "a\0b", "a"];
    for (i, key) in odd.iter().enumerate() {
        write(&store, key, "s", &i.to_string()).await?;
        write(&store, "p", key, &i.to_string()).await?;
    }
    for (i, key) in odd.iter().enumerate() {
        same(key, body(&store, key, "s").await?, Some(i.to_string()))?;
        same(key, body(&store, "p", key).await?, Some(i.to_string()))?;
    }
    Ok(())
}

pub(super) async fn expired_items_are_read_until_they_are_purged(store: Store) -> Outcome {
    let mut tx = Tx::new();
    let at = Timestamp::from_ms(5);
    tx.put_raw("p", "s", "x", Expect::Absent, Some(at), vec![("by", "x".to_owned())]);
    store.commit(tx).await?;
    let place = vec![("p".to_owned(), "s".to_owned())];
    same("its time", store.get_item("p", "s").await?.and_then(|item| item.expires_at), Some(at))?;
    same("before its time", store.purge_expired(Timestamp::from_ms(4), 9).await?, 0)?;
    same("still found", store.lookup("by", "x", None, 9).await?, place)?;
    same("in its time", store.purge_expired(at, 9).await?, 1)?;
    same("item", body(&store, "p", "s").await?, None)?;
    same("index", store.lookup("by", "x", None, 9).await?, vec![])?;
    same("again", store.purge_expired(at, 9).await?, 0)
}
