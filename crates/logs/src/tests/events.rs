use super::*;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

#[tokio::test]
async fn a_stream_is_read_in_either_direction_and_a_token_at_the_end_repeats() {
    let room = Room::new();
    room.group(&["s"]).await;
    // Out of order, over many chunks, with equal times.
    room.put("s", &[(50 * MINUTE, "a"), (20 * MINUTE, "d")]).await;
    room.put("s", &[(90 * MINUTE, "0"), (50 * MINUTE, "b"), (50 * MINUTE, "c"), (0, "e")]).await;
    let read = |mut input: Value| {
        let room = &room;
        async move {
            input["logGroupName"] = json!("g");
            input["logStreamName"] = json!("s");
            room.ok("GetLogEvents", input).await
        }
    };
    assert_eq!(messages(&read(json!({})).await), ["0", "a", "b", "c", "d", "e"]);
    assert_eq!(messages(&read(json!({"limit": 2})).await), ["d", "e"]);
    let mut page = read(json!({"limit": 4, "startFromHead": true})).await;
    assert_eq!(messages(&page), ["0", "a", "b", "c"]);
    page = read(json!({"limit": 4, "nextToken": page["nextForwardToken"]})).await;
    assert_eq!(messages(&page), ["d", "e"]);
    let end = page["nextForwardToken"].clone();
    let after = read(json!({"nextToken": end})).await;
    assert_eq!((messages(&after), &after["nextForwardToken"]), (vec![], &end));
    room.put("s", &[(0, "f")]).await;
    assert_eq!(messages(&read(json!({"nextToken": end})).await), ["f"]);
    let back = read(json!({"limit": 3, "nextToken": page["nextBackwardToken"]})).await;
    assert_eq!(messages(&back), ["a", "b", "c"]);
    let back = read(json!({"limit": 3, "nextToken": back["nextBackwardToken"]})).await;
    assert_eq!(messages(&back), ["0"]);
    let start = back["nextBackwardToken"].clone();
    let before = read(json!({"nextToken": start})).await;
    assert_eq!((messages(&before), &before["nextBackwardToken"]), (vec![], &start));
    let between = json!({"startTime": room.now() - 50 * MINUTE, "endTime": room.now() - 20 * MINUTE});
    assert_eq!(messages(&read(between).await), ["a", "b", "c"]);
}

#[tokio::test]
async fn an_empty_stream_gives_tokens_that_lead_to_what_comes() {
    let room = Room::new();
    room.group(&["s"]).await;
    let ask = |token: Value| json!({"logGroupName": "g", "logStreamName": "s", "nextToken": token});
    let page = room.ok("GetLogEvents", ask(json!(null))).await;
    assert_eq!(messages(&page), [""; 0]);
    room.put("s", &[(5, "x")]).await;
    let page = room.ok("GetLogEvents", ask(page["nextForwardToken"].clone())).await;
    assert_eq!(messages(&page), ["x"]);
}

#[tokio::test]
async fn streams_are_merged_by_time_in_pages() {
    let room = Room::new();
    room.group(&["a", "b"]).await;
    room.put("a", &[(40, "1"), (20, "3")]).await;
    room.put("b", &[(30, "2"), (20, "4"), (10, "5")]).await;
    let all = room.found(json!({})).await;
    assert_eq!(all.0.len(), 5);
    assert_eq!((&all.0[..2], all.0[4].as_str(), all.1), (&["1".to_owned(), "2".to_owned()][..], "5", None));
    for head in [true, false] {
        let (mut seen, mut token) = (Vec::new(), json!(null));
        loop {
            let (page, next) = room.found(json!({"limit": 2, "nextToken": token, "startFromHead": head})).await;
            seen.extend(page);
            match next {
                Some(next) => token = json!(next),
                None => break,
            }
        }
        if !head {
            seen.reverse();
        }
        assert_eq!(seen, all.0, "{head}");
    }
    assert_eq!(room.found(json!({"logStreamNames": ["a"]})).await.0, ["1", "3"]);
    assert_eq!(room.found(json!({"logStreamNamePrefix": "b"})).await.0, ["2", "4", "5"]);
    assert_eq!(room.found(json!({"filterPattern": "?1 ?5"})).await.0, ["1", "5"]);
    let now = room.now();
    assert_eq!(room.found(json!({"startTime": now - 30, "endTime": now - 30})).await.0, ["2"]);
    let answer = room
        .ok("FilterLogEvents", json!({"logGroupIdentifier": "arn:aws:logs:us-east-1:123456789012:log-group:g"}))
        .await;
    let ids: std::collections::BTreeSet<_> =
        answer["events"].as_array().unwrap().iter().map(|e| e["eventId"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids.first().unwrap().len()), (5, 56));
    assert_eq!(answer["events"][0]["logStreamName"], "a");
    assert_eq!(answer["searchedLogStreams"], json!([]));
}

#[tokio::test]
async fn a_long_log_is_read_whole_in_pages_of_a_megabyte() {
    let room = Room::new();
    room.group(&["a", "b"]).await;
    let text = "x".repeat(10_000);
    for n in 0..30 {
        let stream = if n % 2 == 0 { "a" } else { "b" };
        let events: Vec<(i64, &str)> = (0..10).map(|k| (n * 3 * MINUTE + (10 - k) * 1000, text.as_str())).collect();
        room.put(stream, &events).await;
    }
    for head in [true, false] {
        let (mut seen, mut token, mut pages) = (0, json!(null), 0);
        loop {
            let (page, next) = room.found(json!({"nextToken": token, "startFromHead": head})).await;
            seen += page.len();
            pages += 1;
            match next {
                Some(next) => token = json!(next),
                None => break,
            }
        }
        assert_eq!((seen, pages), (300, 3), "{head}");
    }
}

#[tokio::test]
async fn a_search_that_looks_at_much_stops_and_goes_on() {
    let room = Room::new();
    room.group(&["s"]).await;
    // A chunk each, since they are far apart.
    for n in 0..450 {
        room.put("s", &[((450 - n) * 15 * MINUTE, &format!("n{n}"))]).await;
    }
    let (first, token) = room.found(json!({"filterPattern": "n449"})).await;
    assert!(first.is_empty());
    let (second, end) = room.found(json!({"filterPattern": "n449", "nextToken": token.unwrap()})).await;
    assert_eq!((second, end), (vec!["n449".to_owned()], None));
    let (first, token) = room.found(json!({"filterPattern": "n0", "startFromHead": false})).await;
    assert!(first.is_empty());
    let (second, end) = room.found(json!({"filterPattern": "n0", "nextToken": token.unwrap()})).await;
    assert_eq!((second, end), (vec!["n0".to_owned()], None));
}

#[tokio::test]
async fn events_too_old_too_new_and_expired_are_told_of() {
    let room = Room::new();
    room.group(&["s"]).await;
    let answer = room.put("s", &[(15 * DAY, "old"), (MINUTE, "good"), (-3 * 60 * MINUTE, "new")]).await;
    let rejected = json!({"tooOldLogEventEndIndex": 1, "tooNewLogEventStartIndex": 2});
    assert_eq!(answer["rejectedLogEventsInfo"], rejected);
    assert_eq!(room.found(json!({})).await.0, ["good"]);
    room.ok("PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 1})).await;
    let answer = room.put("s", &[(2 * DAY, "expired"), (0, "fresh")]).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({"expiredLogEventEndIndex": 1}));
    let answer = room.put("s", &[(2 * DAY, "expired")]).await;
    assert_eq!(answer["rejectedLogEventsInfo"], json!({"expiredLogEventEndIndex": 1}));
    assert_eq!(room.found(json!({})).await.0, ["good", "fresh"]);
    assert!(room.put("s", &[(0, "x")]).await["rejectedLogEventsInfo"].is_null());
}

#[tokio::test]
async fn retention_goes_by_the_clock() {
    let room = Room::new();
    room.group(&["s"]).await;
    room.put("s", &[(0, "x")]).await;
    room.world.clock.advance_s(2 * 86_400);
    assert_eq!(room.found(json!({})).await.0, ["x"]);
    room.ok("PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 1})).await;
    assert_eq!(room.ok("DescribeLogGroups", json!({})).await["logGroups"][0]["retentionInDays"], 1);
    assert_eq!(room.found(json!({})).await.0, [""; 0]);
    // Until it is swept it would come back.
    room.ok("DeleteRetentionPolicy", json!({"logGroupName": "g"})).await;
    assert_eq!(room.found(json!({})).await.0, ["x"]);
    room.ok("PutRetentionPolicy", json!({"logGroupName": "g", "retentionInDays": 1})).await;
    room.logs.expire().await.unwrap();
    room.ok("DeleteRetentionPolicy", json!({"logGroupName": "g"})).await;
    assert_eq!(room.found(json!({})).await.0, [""; 0]);
    assert_eq!(room.logs.stored_bytes(), 0);
}

#[tokio::test]
async fn the_oldest_go_where_there_are_too_many() {
    let room = Room::bounded(2_000);
    room.group(&["a", "b"]).await;
    room.put("a", &[(0, &"a".repeat(1_000))]).await;
    room.world.clock.advance_s(1);
    room.put("b", &[(0, &"b".repeat(900))]).await;
    room.logs.evict().await.unwrap();
    assert_eq!(room.found(json!({})).await.0.len(), 2);
    room.world.clock.advance_s(1);
    room.put("b", &[(0, "c")]).await;
    room.put("a", &[(100 * MINUTE, &"d".repeat(200))]).await;
    room.logs.evict().await.unwrap();
    let left: Vec<String> = room.found(json!({})).await.0;
    assert_eq!(left.iter().map(|text| text.chars().next().unwrap()).collect::<String>(), "dbc");
    // What is counted at the next start is the same.
    let again = Logs::new(
        Config::default(),
        Doors { store: room.world.store.clone(), clock: room.world.clock.clone(), rng: room.world.rng.clone() },
    );
    again.load().await.unwrap();
    assert_eq!(again.stored_bytes(), room.logs.stored_bytes());
}

#[tokio::test]
async fn many_writers_of_one_stream_all_get_through() {
    let room = Arc::new(Room::new());
    room.group(&["s"]).await;
    let writers: Vec<_> = (0..20)
        .map(|n| {
            let room = Arc::clone(&room);
            world::spawn("writer", async move {
                room.put("s", &[(n, &format!("w{n}"))]).await;
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(room.found(json!({})).await.0.len(), 20);
}
