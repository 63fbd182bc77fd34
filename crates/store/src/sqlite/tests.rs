//! What is SQLite's own: the folder, the file, a full disk. The contract that every engine keeps is in `conformance`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;

use super::{SharedConnection, SqliteEngine};
use crate::{Engine, Expect, MasterKey, Store, StoreError, Tx, conformance};

fn key() -> MasterKey {
    MasterKey::from_bytes([7; 32])
}

fn put(pk: &str, sk: &str, body: impl Into<Vec<u8>>, expect: Expect) -> Tx {
    let mut tx = Tx::new();
    tx.put_raw(pk, sk, body, expect, None, vec![]);
    tx
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_is_kept_on_disk() {
    let (folder, n) = (tempfile::tempdir().unwrap(), AtomicUsize::new(0));
    let fresh = || folder.path().join(n.fetch_add(1, Ordering::Relaxed).to_string());
    conformance::run(|| Arc::new(SqliteEngine::open(&fresh()).unwrap()) as Arc<dyn Engine>).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_contract_is_kept_in_memory() {
    conformance::run(|| Arc::new(SqliteEngine::in_memory().unwrap()) as Arc<dyn Engine>).await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_after_reopening_and_versions_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), key()).unwrap();
    let mut tx = put("p", "s", "one", Expect::Absent);
    tx.event("topic", "key");
    let first = store.commit(tx.clone()).await.unwrap();
    drop(store);
    let store = Store::open(folder.path(), key()).unwrap();
    let item = store.get_item("p", "s").await.unwrap().unwrap();
    assert_eq!((item.body.as_slice(), item.version), (b"one".as_slice(), first.version));
    assert_eq!(*store.subscribe().borrow(), 1);
    let mut tx = put("p", "s", "two", Expect::Version(first.version));
    tx.event("topic", "key");
    let second = store.commit(tx).await.unwrap();
    assert!(second.version > first.version);
    assert_eq!(second.event_seq, Some(2));
    let stale = store.commit(put("p", "s", "three", Expect::Version(first.version))).await;
    assert_eq!(stale, Err(StoreError::Conflict));
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_is_still_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), key()).unwrap();
    {
        let mut commit = Box::pin(store.commit(put("p", "s", "x", Expect::Absent)));
        let begun = futures_poll_once(commit.as_mut()).await;
        assert!(!begun, "a durable commit cannot be done at its first poll");
    }
    drop(store);
    let store = Store::open(folder.path(), key()).unwrap();
    assert!(store.get_item("p", "s").await.unwrap().is_some());
}

/// Whether the future is ready at once.
async fn futures_poll_once<F: Future + Unpin>(mut future: F) -> bool {
    std::future::poll_fn(|cx| std::task::Poll::Ready(std::pin::Pin::new(&mut future).poll(cx).is_ready())).await
}

#[test]
fn a_folder_serves_one_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path(), key()).unwrap();
    let second = Store::open(folder.path(), key()).err();
    assert_eq!(second, Some(StoreError::InUse(folder.path().to_owned())));
    drop(first);
    Store::open(folder.path(), key()).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_files_are_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a/b");
    let store = Store::open(&folder, key()).unwrap();
    store.commit(put("p", "s", "x", Expect::Any)).await.unwrap();
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    for name in files(&folder) {
        let mode = std::fs::metadata(folder.join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    assert_eq!(files(&folder), ["portcullis.db", "portcullis.db-wal", "portcullis.lock"]);
    drop(store);
    assert_eq!(files(&folder), ["portcullis.db", "portcullis.lock"], "a clean end leaves one file of data");
}

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn refused(folder: &Path) -> String {
    match Store::open(folder, key()).err() {
        Some(StoreError::Corrupt { why, .. }) => why,
        other => panic!("not refused as corrupt: {other:?}"),
    }
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portcullis.db");
    std::fs::write(&file, "no database at all, just some text that is long enough to be looked at".repeat(20)).unwrap();
    refused(folder.path());
    std::fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE theirs (x)").unwrap();
    let before = std::fs::read(&file).unwrap();
    assert_eq!(refused(folder.path()), "it was not made by Portcullis");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn broken_pages_are_reported_as_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), key()).unwrap();
    for i in 0..50 {
        store.commit(put("p", &i.to_string(), vec![b'x'; 1000], Expect::Absent)).await.unwrap();
    }
    drop(store);
    let file = folder.path().join("portcullis.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.iter_mut().skip(2 * 4096).for_each(|byte| *byte = 0xFF);
    std::fs::write(&file, bytes).unwrap();
    let end = match Store::open(folder.path(), key()) {
        Ok(store) => store.query("p", "", None, 100).await.err(),
        Err(error) => Some(error),
    };
    assert!(matches!(end, Some(StoreError::Corrupt { .. })), "{end:?}");
}

#[test]
fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Store::open(folder.path(), key()).unwrap());
    let file = folder.path().join("portcullis.db");
    Connection::open(file).unwrap().execute_batch("PRAGMA user_version = 2").unwrap();
    assert_eq!(refused(folder.path()), "its schema version 2 is newer than 1, the newest known here");
}

#[test]
fn a_folder_that_cannot_be_made_is_reported_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let Some(StoreError::Unavailable(why)) = Store::open(&file, key()).err() else { panic!("opened") };
    assert!(why.contains("file"), "{why}");
}

fn restricted(folder: &Path) -> (Store, SharedConnection) {
    let (engine, connection) = SqliteEngine::assemble(folder).unwrap();
    (Store::with_engine(Arc::new(engine), key()), connection)
}

/// Leaves room for `pages` more pages of 4 KiB.
async fn leave_room(connection: &SharedConnection, pages: i64) {
    let db = connection.lock().await;
    let count: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    db.query_row(&format!("PRAGMA max_page_count = {}", count + pages), [], |_| Ok(())).unwrap();
}

#[tokio::test]
async fn attack_160_on_a_full_disk_reads_go_on_writes_fail_and_recovery_needs_no_repair() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = restricted(folder.path());
    store.commit(put("p", "before", "x", Expect::Absent)).await.unwrap();
    leave_room(&connection, 20).await;
    let mut written = 0;
    let full = loop {
        let mut tx = put("q", &format!("{written:04}"), vec![b'x'; 3000], Expect::Absent);
        tx.add("n", 1, None, None);
        match store.commit(tx).await {
            Ok(_) if written < 100 => written += 1,
            Ok(_) => panic!("the disk never filled"),
            Err(error) => break error,
        }
    };
    assert!(matches!(full, StoreError::Unavailable(_)), "{full:?}");
    assert!(written > 0);
    assert!(store.get_item("p", "before").await.unwrap().is_some());
    assert_eq!(store.query("q", "", None, 1000).await.unwrap().len(), written);
    assert_eq!(store.counter("n").await.unwrap(), i64::try_from(written).unwrap());
    leave_room(&connection, 1000).await;
    store.commit(put("p", "after", "x", Expect::Absent)).await.unwrap();
    drop((store, connection));
    let store = Store::open(folder.path(), key()).unwrap();
    assert_eq!(store.query("q", "", None, 1000).await.unwrap().len(), written);
    assert_eq!(store.query("p", "", None, 1000).await.unwrap().len(), 2);
}

#[tokio::test]
async fn attack_160_on_a_read_only_disk_reads_go_on_and_writes_fail() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = restricted(folder.path());
    let version = store.commit(put("p", "s", "x", Expect::Absent)).await.unwrap().version;
    connection.lock().await.execute_batch("PRAGMA query_only = ON").unwrap();
    let failed = store.commit(put("p", "s", "y", Expect::Any)).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
    assert_eq!(store.get_item("p", "s").await.unwrap().unwrap().body, b"x");
    connection.lock().await.execute_batch("PRAGMA query_only = OFF").unwrap();
    store.commit(put("p", "s", "y", Expect::Version(version))).await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_does_not_fit_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, connection) = restricted(folder.path());
    store.commit(put("p", "first", "x", Expect::Absent)).await.unwrap();
    leave_room(&connection, 100).await;
    // While the connection is held, everything below gathers in the queue and goes into as few commits as can be.
    let held = connection.lock().await;
    let mut commits = tokio::task::JoinSet::new();
    for i in 0..40 {
        let (store, size) = (store.clone(), if i == 20 { 4 << 20 } else { 10 });
        commits
            .spawn(async move { store.commit(put("p", &i.to_string(), vec![0; size], Expect::Absent)).await.is_ok() });
    }
    tokio::task::yield_now().await;
    drop(held);
    let done = commits.join_all().await;
    assert_eq!(done.iter().filter(|ok| **ok).count(), 39);
    assert_eq!(store.get_item("p", "20").await.unwrap(), None);
}

#[test]
fn every_lookup_is_answered_from_an_index() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(crate::sql::SCHEMA).unwrap();
    let sql = crate::sql::Statements::new(|text| text.replace('$', "?"));
    let reads = [
        (&sql.item_get, "pk=? AND sk=?"),
        (&sql.item_from, "pk=? AND sk>?"),
        (&sql.item_between, "pk=? AND sk>? AND sk<?"),
        (&sql.item_expired, "expires_at>? AND expires_at<?"),
        (&sql.idx_exact, "name=? AND key=? AND (pk,sk)>(?,?)"),
        (&sql.idx_from, "name=? AND (key,pk,sk)>(?,?,?)"),
        (&sql.idx_between, "name=? AND (key,pk,sk)>(?,?,?) AND key<?"),
        (&sql.idx_holder, "name=? AND key=?"),
        (&sql.idx_clear, "pk=? AND sk=?"),
        (&sql.counter_expired, "expires_at>? AND expires_at<?"),
        (&sql.event_list, "rowid>?"),
    ];
    for (statement, wanted) in reads {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
        let steps: Vec<String> = plan.raw_query().mapped(|row| row.get("detail")).collect::<Result<_, _>>().unwrap();
        assert_eq!(steps.len(), 1, "{statement}: {steps:?}");
        assert!(steps[0].starts_with("SEARCH") && steps[0].contains(wanted), "{statement}: {steps:?}");
    }
}
