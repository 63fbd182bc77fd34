//! Many keys in order.

use store::Tx;

use super::*;
use crate::entity::Object;
use crate::operations::put_object::Described;
use crate::table::{OBJECTS, bucket, object_index, objects_pk};

const FOLDERS: usize = 100;
const FILES: usize = 1_000;

/// Puts heads of empty objects straight into the store: what is looked at is their order.
async fn fill(room: &Room) {
    let bucket = bucket(&room.world.store, "bucket").await.unwrap();
    let call = room.world.call(Caller::Root);
    let cx = Cx { call: &call, leave: Leave::of(&Caller::Root), service: &room.s3, body: Lock::new(None) };
    let empty = crate::operations::put_object::describe(&cx, &bucket, Described::default()).unwrap();
    for folder in 0..FOLDERS {
        let mut tx = Tx::new();
        for file in 0..FILES {
            let object = Object { key: format!("f{folder:02}/é{file:03}"), ..empty.clone() };
            OBJECTS.insert(&mut tx, &objects_pk(&bucket), &object.key, &object, object_index(&object)).unwrap();
        }
        room.world.store.commit(tx).await.unwrap();
    }
}

fn texts(output: &Value, list: &str, member: &str) -> Vec<String> {
    let all = output[list].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|one| one[member].as_str().unwrap().to_owned()).collect()
}

/// All keys and all common prefixes, page by page, and how many pages there were.
async fn list(room: &Room, more: Value) -> (Vec<String>, Vec<String>, usize) {
    let (mut keys, mut prefixes, mut pages, mut token) = (Vec::new(), Vec::new(), 0, None::<Value>);
    loop {
        let mut input = json!({ "Bucket": "bucket" });
        let members = input.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        members.extend(token.take().map(|token| ("ContinuationToken".to_owned(), token)));
        let page = room.ok("ListObjectsV2", input).await;
        keys.extend(texts(&page, "Contents", "Key"));
        prefixes.extend(texts(&page, "CommonPrefixes", "Prefix"));
        pages += 1;
        match page.get("NextContinuationToken") {
            Some(next) => token = Some(next.clone()),
            None => return (keys, prefixes, pages),
        }
    }
}

#[tokio::test]
async fn a_hundred_thousand_keys_are_listed_in_order_with_prefixes_and_delimiters() {
    let room = room();
    room.open_bucket().await;
    fill(&room).await;
    let (keys, prefixes, pages) = list(&room, json!({})).await;
    assert_eq!((keys.len(), prefixes.len(), pages), (FOLDERS * FILES, 0, 100));
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    let (keys, prefixes, pages) = list(&room, json!({ "Delimiter": "/" })).await;
    let folders: Vec<String> = (0..FOLDERS).map(|folder| format!("f{folder:02}/")).collect();
    assert_eq!((keys.len(), prefixes, pages), (0, folders.clone(), 1));
    let (keys, prefixes, pages) = list(&room, json!({ "Delimiter": "/", "MaxKeys": 7 })).await;
    assert_eq!((keys.len(), prefixes, pages), (0, folders, 15));
    let (keys, _, pages) = list(&room, json!({ "Prefix": "f42/é9", "MaxKeys": 33 })).await;
    let expected: Vec<String> = (900..1000).map(|file| format!("f42/é{file}")).collect();
    assert_eq!((keys, pages), (expected, 4));
    let (_, prefixes, _) = list(&room, json!({ "Prefix": "f42/", "Delimiter": "9" })).await;
    assert!(prefixes.iter().all(|prefix| prefix.starts_with("f42/é") && prefix.ends_with('9')), "{prefixes:?}");
    let (keys, _, _) = list(&room, json!({ "StartAfter": "f99/é997" })).await;
    assert_eq!(keys, ["f99/é998", "f99/é999"]);
}
