use serde::{Deserialize, Serialize};

use crate::{Expect, Item, Left, Leftover, MasterKey, Store, Table, Tx, broken_off, mark, sweep, sweep_some};

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Shelf {
    prefix: String,
}

impl Leftover for Shelf {
    const MARKS_PK: &'static str = "swept";
    const MARKS: Table<Self> = Table::new("shelf-swept", 1);

    fn mark_sk(&self) -> String {
        self.prefix.clone()
    }

    fn partition(&self) -> String {
        "books".to_owned()
    }

    fn prefix(&self) -> &str {
        &self.prefix
    }

    fn remove_with(&self, tx: &mut Tx, _: &Item) {
        tx.add("books", -1, None, None);
    }
}

/// A store with so many books on the shelf `a/`, one elsewhere, and the mark that the shelf is to be swept.
async fn deleted(books: i64) -> (Store, Shelf) {
    let (store, shelf) = (Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap(), Shelf { prefix: "a/".to_owned() });
    let mut tx = Tx::new();
    (0..books).for_each(|n| tx.put_raw("books", format!("a/{n}"), "b/1 {}", Expect::Absent, None, Vec::new()));
    tx.put_raw("books", "b/1", "b/1 {}", Expect::Absent, None, Vec::new());
    tx.add("books", books + 1, None, None);
    mark(&mut tx, &shelf).unwrap();
    store.commit(tx).await.unwrap();
    (store, shelf)
}

#[tokio::test]
async fn a_sweep_removes_what_lies_under_its_prefix_and_its_mark() {
    for books in [0, 3, 500, 1234] {
        let (store, shelf) = deleted(books).await;
        sweep(&store, &shelf).await.unwrap();
        let left: Vec<String> =
            store.query("books", "", None, 9).await.unwrap().into_iter().map(|item| item.sk).collect();
        assert_eq!(left, ["b/1"]);
        assert_eq!(store.counter("books").await.unwrap(), 1, "what goes with each item went");
        assert_eq!(broken_off::<Shelf>(&store).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_sweep_broken_off_keeps_its_mark() {
    let (store, shelf) = deleted(600).await;
    assert_eq!(sweep_some(&store, &shelf).await.unwrap(), Left::Something);
    assert_eq!(broken_off::<Shelf>(&store).await.unwrap(), [shelf]);
    let shelf = Shelf { prefix: "a/".to_owned() };
    assert_eq!(sweep_some(&store, &shelf).await.unwrap(), Left::Nothing);
    assert_eq!(broken_off::<Shelf>(&store).await.unwrap(), []);
}
