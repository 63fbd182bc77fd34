use crate::{Expect, MasterKey, Store, Table, Tx};

const NAMES: Table<String> = Table::new("name", 1);

/// A store with so many names under `a/` and in the index `by`, and one name beside them.
async fn store(names: usize) -> Store {
    let store = Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap();
    let mut tx = Tx::new();
    for name in (0..names).map(|n| format!("{n:05}")) {
        NAMES.insert(&mut tx, "p", &format!("a/{name}"), &name, vec![("by", format!("k/{name}"))]).unwrap();
    }
    tx.put_raw("p", "b/other", "other/1 {}", Expect::Absent, None, vec![("by", "l/other".to_owned())]);
    store.commit(tx).await.unwrap();
    store
}

#[tokio::test]
async fn all_documents_are_read_whatever_their_number() {
    for names in [0, 1, 499, 500, 501, 1000] {
        let all = NAMES.all(&store(names).await, "p", "a/").await.unwrap();
        assert!(all.iter().cloned().eq((0..names).map(|n| format!("{n:05}"))), "{names}");
    }
}

#[tokio::test]
async fn all_entries_are_read_a_page_after_the_other() {
    for (names, rows, expected) in [(0, 2, vec![]), (4, 2, vec![2, 2]), (5, 2, vec![2, 2, 1]), (501, 500, vec![500, 1])]
    {
        let store = store(names).await;
        let mut pages = store.index_pages("by", "k/").by(rows);
        let (mut lengths, mut keys) = (Vec::new(), Vec::new());
        while let Some(page) = pages.next().await.unwrap() {
            lengths.push(page.len());
            keys.extend(page.into_iter().map(|(key, _, _)| key));
        }
        assert_eq!(lengths, expected);
        assert!(keys.into_iter().eq((0..names).map(|n| format!("k/{n:05}"))));
    }
}
