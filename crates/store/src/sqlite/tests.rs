//! What is SQLite's own: the folder, the file, a full disk. The contract that every engine keeps is in `conformance`.

use crate::{Expect, MasterKey, Store, StoreError, Tx};

fn key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

fn put(pk: &str, sk: &str, body: impl Into<Vec<u8>>, expect: Expect) -> Tx {
    let mut tx = Tx::new();
    tx.put_raw(pk, sk, body, expect, None, vec![]);
    tx
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening_and_versions_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), key()).unwrap();
    let first = store.commit(put("p", "s", "one", Expect::Absent)).await.unwrap();
    drop(store);
    let store = Store::open(folder.path(), key()).unwrap();
    let item = store.get_item("p", "s").await.unwrap().unwrap();
    assert_eq!((item.body.as_slice(), item.version), (b"one".as_slice(), first.version));
    let second = store.commit(put("p", "s", "two", Expect::Version(first.version))).await.unwrap();
    assert!(second.version > first.version);
    assert_eq!(store.commit(put("p", "s", "three", Expect::Version(first.version))).await, Err(StoreError::Conflict));
}
