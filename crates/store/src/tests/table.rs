use aws_types::{AwsError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Expect, MasterKey, Store, StoreError, Table, Tx};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
}

const USERS: Table<User> = Table::new("user", 1);
const USERS_2: Table<User> = Table::new("user", 2).with_upgrade(|from, old| {
    let mut user: User = serde_json::from_value(old)?;
    user.name = format!("{} of version {from}", user.name);
    Ok(user)
});
const GROUPS: Table<User> = Table::new("group", 1);

fn store() -> Store {
    Store::in_memory(MasterKey::from_bytes([1; 32])).unwrap()
}

fn user(name: &str) -> User {
    User { name: name.to_owned() }
}

async fn stored(store: &Store, body: &str) {
    let mut tx = Tx::new();
    tx.put_raw("p", "s", body, Expect::Any, None, vec![]);
    store.commit(tx).await.unwrap();
}

async fn why_corrupt(store: &Store) -> String {
    match USERS.get(store, "p", "s").await {
        Err(StoreError::Corrupt { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_document_is_inserted_updated_listed_and_deleted() {
    let store = store();
    let mut tx = Tx::new();
    USERS.insert(&mut tx, "pool", "u/alice", &user("Alice"), vec![("mail", "a@x".to_owned())]).unwrap();
    USERS.put(&mut tx, "pool", "u/bob", &user("Bob"), vec![]).unwrap();
    store.commit(tx.clone()).await.unwrap();
    assert_eq!(store.commit(tx).await, Err(StoreError::Conflict));

    let alice = USERS.get(&store, "pool", "u/alice").await.unwrap().unwrap();
    assert_eq!(alice.name, "Alice");
    assert_eq!(USERS.find(&store, "mail", "a@x").await.unwrap().unwrap().name, "Alice");
    assert!(USERS.find(&store, "mail", "a@").await.unwrap().is_none());
    let mut tx = Tx::new();
    USERS.update(&mut tx, &alice, &user("Alicia"), vec![]).unwrap();
    store.commit(tx.clone()).await.unwrap();
    assert_eq!(store.commit(tx).await, Err(StoreError::Conflict));
    assert!(store.lookup("mail", "a@x", None, 9).await.unwrap().is_empty());

    let names: Vec<String> =
        USERS.list(&store, "pool", "u/", None, 9).await.unwrap().into_iter().map(|user| user.value.name).collect();
    assert_eq!(names, ["Alicia", "Bob"]);

    let mut tx = Tx::new();
    USERS.delete(&mut tx, &alice);
    assert_eq!(store.commit(tx).await, Err(StoreError::Conflict), "it was read before the update");
    let alice = USERS.get(&store, "pool", "u/alice").await.unwrap().unwrap();
    let mut tx = Tx::new();
    USERS.require(&mut tx, &alice);
    USERS.delete(&mut tx, &alice);
    store.commit(tx).await.unwrap();
    assert!(USERS.get(&store, "pool", "u/alice").await.unwrap().is_none());
}

#[tokio::test]
async fn an_expiry_survives_updates_until_it_is_changed() {
    let store = store();
    let at = Timestamp::from_secs(100);
    let mut tx = Tx::new();
    USERS.insert_expiring(&mut tx, "p", "s", &user("a"), vec![], at).unwrap();
    store.commit(tx).await.unwrap();
    let first = USERS.get(&store, "p", "s").await.unwrap().unwrap();
    assert!(first.is_expired(at) && !first.is_expired(at.plus_ms(-1)));
    let mut tx = Tx::new();
    USERS.update(&mut tx, &first, &user("b"), vec![]).unwrap();
    store.commit(tx).await.unwrap();
    let second = USERS.get(&store, "p", "s").await.unwrap().unwrap();
    assert_eq!(second.expires_at, Some(at));
    let mut tx = Tx::new();
    USERS.update_expiring(&mut tx, &second, &user("c"), vec![], None).unwrap();
    store.commit(tx).await.unwrap();
    assert!(!USERS.get(&store, "p", "s").await.unwrap().unwrap().is_expired(Timestamp::from_ms(i64::MAX)));
}

#[tokio::test]
async fn an_older_document_is_upgraded_and_a_newer_one_refused() {
    let store = store();
    stored(&store, r#"user/1 {"name":"a"}"#).await;
    assert_eq!(USERS.get(&store, "p", "s").await.unwrap().unwrap().value, user("a"));
    assert_eq!(USERS_2.get(&store, "p", "s").await.unwrap().unwrap().value, user("a of version 1"));
    stored(&store, r#"user/2 {"name":"a"}"#).await;
    assert_eq!(USERS_2.get(&store, "p", "s").await.unwrap().unwrap().value, user("a"));
    assert_eq!(why_corrupt(&store).await, "schema version 2 is newer than 1");
}

#[tokio::test]
async fn what_is_no_document_of_the_table_is_corrupt_and_not_quoted() {
    let store = store();
    let mut tx = Tx::new();
    GROUPS.put(&mut tx, "p", "s", &user("a"), vec![]).unwrap();
    store.commit(tx).await.unwrap();
    assert_eq!(why_corrupt(&store).await, r#"it belongs to table "group""#);
    for body in
        ["", " ", "user", "user/1", "user/x {}", "user/1 ", "user/1 {", "user/4294967296 {}", "{\"name\":\"a\"}"]
    {
        stored(&store, body).await;
        why_corrupt(&store).await;
    }
    stored(&store, r#"user/1 {"name":{"password":"hunter2"}}"#).await;
    assert!(!why_corrupt(&store).await.contains("hunter2"));
}

#[test]
fn a_store_error_is_an_internal_error_to_the_client() {
    let error = AwsError::from(StoreError::Unavailable("disk I/O error".to_owned()));
    assert_eq!((error.status, error.message.as_ref()), (500, "Internal server error"));
    assert!(format!("{error:?}").contains("disk I/O error"));
}

#[tokio::test]
async fn a_kept_document_is_always_the_one_that_is_stored() {
    let store = store();
    let get = async || USERS.get_kept(&store, "p", "s").await.map(|user| user.map(|user| user.value.name.clone()));
    assert_eq!(get().await, Ok(None));
    for name in ["Alice", "Bob"] {
        stored(&store, &format!(r#"user/1 {{"name":"{name}"}}"#)).await;
        for _ in 0..2 {
            assert_eq!(get().await, Ok(Some(name.to_owned())));
        }
    }
    stored(&store, "group/1 {}").await;
    assert!(matches!(get().await, Err(StoreError::Corrupt { .. })));
    let mut tx = Tx::new();
    tx.delete_raw("p", "s", Expect::Any);
    store.commit(tx).await.unwrap();
    assert_eq!(get().await, Ok(None));
    stored(&store, r#"user/1 {"name":"Carol"}"#).await;
    assert_eq!(get().await, Ok(Some("Carol".to_owned())));
}

#[tokio::test]
async fn documents_are_kept_in_a_bounded_number_and_size() {
    let store = store();
    let mut tx = Tx::new();
    for n in 0..300 {
        USERS.put(&mut tx, "p", &n.to_string(), &user("a"), vec![]).unwrap();
    }
    USERS.put(&mut tx, "p", "long", &user(&"a".repeat(64 * 1024)), vec![]).unwrap();
    store.commit(tx).await.unwrap();
    for n in 0..300 {
        USERS.get_kept(&store, "p", &n.to_string()).await.unwrap().unwrap();
    }
    assert!((1..=256).contains(&store.kept().len()), "{}", store.kept().len());
    let before = store.kept().len();
    USERS.get_kept(&store, "p", "long").await.unwrap().unwrap();
    assert_eq!(store.kept().len(), before);
}
