use aws_types::{AccountId, Region, Timestamp};

use super::*;
use crate::{Line, Place};

fn line(at: i64, message: impl Into<String>) -> Line {
    Line { at: Timestamp::from_ms(at), message: message.into() }
}

#[tokio::test]
async fn what_is_put_from_inside_can_be_read_at_once() {
    let room = Room::new();
    let (account, region) = (AccountId::default(), Region::default());
    let place = Place { account: &account, region: &region };
    let writer = room.logs.writer();
    let stream = "2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef";
    writer.put(place, "/aws/lambda/f", stream, vec![line(room.now(), "START"), line(room.now(), "")]);
    writer.put(place, "/aws/lambda/f", stream, vec![line(room.now(), "END")]);
    let found = room.ok("FilterLogEvents", json!({"logGroupName": "/aws/lambda/f"})).await;
    assert_eq!(messages(&found), ["START", "END"]);
    assert_eq!(found["events"][0]["logStreamName"], stream);
    // A group that is there keeps what it is.
    room.ok("TagLogGroup", json!({"logGroupName": "/aws/lambda/f", "tags": {"a": "b"}})).await;
    writer.put(place, "/aws/lambda/f", "other", vec![line(room.now(), "x")]);
    writer.flush().await;
    let tags = room.ok("ListTagsLogGroup", json!({"logGroupName": "/aws/lambda/f"})).await;
    assert_eq!(tags["tags"]["a"], "b");
    assert_eq!(writer.dropped(), 0);
}

#[tokio::test]
async fn little_by_little_fills_one_chunk() {
    let room = Room::new();
    let (account, region) = (AccountId::default(), Region::default());
    for n in 0..50 {
        let place = Place { account: &account, region: &region };
        room.logs.writer().put(place, "g", "s", vec![line(room.now(), n.to_string())]);
        room.logs.writer().flush().await;
    }
    let chunks = room.world.store.lookup_range("logs.age", "", None, 100).await.unwrap();
    assert_eq!(chunks.len(), 1);
    assert_eq!(room.found(json!({})).await.0.len(), 50);
}

#[tokio::test]
async fn what_cannot_wait_is_dropped_and_counted() {
    let room = Room::new();
    let (account, region) = (AccountId::default(), Region::default());
    let place = Place { account: &account, region: &region };
    let writer = room.logs.writer();
    for _ in 0..20 {
        writer.put(place, "g", "s", vec![line(room.now(), "x".repeat(2 * 1024 * 1024))]);
    }
    assert!((3..=5).contains(&writer.dropped()), "{}", writer.dropped());
    writer.put(place, "a b", "s", vec![line(0, "x")]);
    writer.put(place, "g", "a:b", vec![line(0, "x"), line(0, "y")]);
    let dropped = writer.dropped();
    writer.flush().await;
    assert_eq!(writer.dropped(), dropped);
    writer.put(place, "g", "s", vec![line(room.now(), "again")]);
    assert_eq!(room.found(json!({"filterPattern": "again"})).await.0, ["again"]);
}

#[tokio::test]
async fn a_message_is_cut_between_characters() {
    let room = Room::new();
    let (account, region) = (AccountId::default(), Region::default());
    let place = Place { account: &account, region: &region };
    room.logs.writer().put(place, "g", "s", vec![line(room.now(), format!("x{}", "é".repeat(600_000)))]);
    let found = room.found(json!({})).await.0;
    assert!(found[0].len() <= 1024 * 1024 && found[0].ends_with('é'));
}

#[tokio::test]
async fn a_flush_of_many_streams_is_written_whole() {
    let room = Room::new();
    let (account, region) = (AccountId::default(), Region::default());
    let place = Place { account: &account, region: &region };
    for n in 0..150 {
        room.logs.writer().put(place, &format!("g{}", n % 3), &format!("s{n}"), vec![line(room.now(), "x")]);
    }
    room.logs.writer().flush().await;
    let groups = room.ok("DescribeLogGroups", json!({})).await;
    let bytes: Vec<i64> =
        groups["logGroups"].as_array().unwrap().iter().map(|g| g["storedBytes"].as_i64().unwrap()).collect();
    assert_eq!(bytes, [50 * 27; 3]);
    assert_eq!(room.logs.writer().dropped(), 0);
}
