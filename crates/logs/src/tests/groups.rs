use super::*;

fn names(answer: &Value, list: &str, name: &str) -> Vec<String> {
    answer[list].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_is_shown_as_it_was_made() {
    let room = Room::new();
    let input =
        json!({"logGroupName": "/aws/lambda/hello", "tags": {"team": "blue"}, "logGroupClass": "INFREQUENT_ACCESS"});
    room.ok("CreateLogGroup", input).await;
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/hello";
    let shown = room.ok("DescribeLogGroups", json!({})).await;
    let expected = json!({
        "logGroupName": "/aws/lambda/hello", "creationTime": room.now(), "metricFilterCount": 0,
        "arn": format!("{arn}:*"), "storedBytes": 0, "logGroupClass": "INFREQUENT_ACCESS", "logGroupArn": arn,
        "deletionProtectionEnabled": false,
    });
    assert_eq!(shown["logGroups"], json!([expected]));
    for resource in [arn.to_owned(), format!("{arn}:*")] {
        let tags = room.ok("ListTagsForResource", json!({"resourceArn": resource})).await;
        assert_eq!(tags["tags"], json!({"team": "blue"}));
    }
}

#[tokio::test]
async fn groups_are_listed_by_name_in_pages() {
    let room = Room::new();
    for name in ["b/2", "a", "b/1", "c", "b"] {
        room.ok("CreateLogGroup", json!({"logGroupName": name})).await;
    }
    let list = |input| async { names(&room.ok("DescribeLogGroups", input).await, "logGroups", "logGroupName") };
    assert_eq!(list(json!({})).await, ["a", "b", "b/1", "b/2", "c"]);
    assert_eq!(list(json!({"logGroupNamePrefix": "b/"})).await, ["b/1", "b/2"]);
    assert_eq!(list(json!({"logGroupNamePattern": "/"})).await, ["b/1", "b/2"]);
    assert_eq!(
        list(json!({"logGroupIdentifiers": ["a", "arn:aws:logs:us-east-1:123456789012:log-group:c"]})).await,
        ["a", "c"]
    );
    assert_eq!(list(json!({"logGroupClass": "DELIVERY"})).await, [""; 0]);
    let (mut seen, mut token) = (Vec::new(), json!(null));
    loop {
        let page = room.ok("DescribeLogGroups", json!({"limit": 2, "nextToken": token})).await;
        seen.extend(names(&page, "logGroups", "logGroupName"));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, ["a", "b", "b/1", "b/2", "c"]);
}

#[tokio::test]
async fn streams_are_listed_either_way() {
    let room = Room::new();
    room.group(&["a", "b", "c", "bb"]).await;
    room.put("b", &[(10, "x")]).await;
    room.put("a", &[(30, "x")]).await;
    room.put("c", &[(20, "x")]).await;
    let list = |mut input: Value| {
        let room = &room;
        async move {
            input["logGroupName"] = json!("g");
            let mut seen = Vec::new();
            loop {
                let page = room.ok("DescribeLogStreams", input.clone()).await;
                seen.extend(names(&page, "logStreams", "logStreamName"));
                input["nextToken"] = page["nextToken"].clone();
                if input["nextToken"].is_null() {
                    return seen;
                }
            }
        }
    };
    assert_eq!(list(json!({})).await, ["a", "b", "bb", "c"]);
    assert_eq!(list(json!({"limit": 3, "descending": true})).await, ["c", "bb", "b", "a"]);
    assert_eq!(list(json!({"logStreamNamePrefix": "b"})).await, ["b", "bb"]);
    // One without events counts from when it was made.
    assert_eq!(list(json!({"orderBy": "LastEventTime", "limit": 1})).await, ["a", "c", "b", "bb"]);
    assert_eq!(list(json!({"orderBy": "LastEventTime", "descending": true})).await, ["bb", "b", "c", "a"]);
    let page = room.ok("DescribeLogStreams", json!({"logGroupIdentifier": "g", "logStreamNamePrefix": "c"})).await;
    let stream = &page["logStreams"][0];
    let times = [&stream["firstEventTimestamp"], &stream["lastEventTimestamp"], &stream["lastIngestionTime"]];
    assert_eq!(times, [&json!(room.now() - 20), &json!(room.now() - 20), &json!(room.now())]);
    assert_eq!(stream["arn"], "arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:c");
}

#[tokio::test]
async fn a_group_that_is_made_again_is_empty() {
    let room = Room::new();
    room.group(&["s"]).await;
    room.put("s", &[(0, "old")]).await;
    room.ok("DeleteLogGroup", json!({"logGroupName": "g"})).await;
    room.group(&["s"]).await;
    assert_eq!(room.found(json!({})).await.0, [""; 0]);
    room.logs.sweep_gone().await.unwrap();
    assert_eq!(room.logs.stored_bytes(), 0);
    let left = room.world.store.lookup_range("logs.age", "", None, 10).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    room.put("s", &[(0, "new")]).await;
    assert_eq!(room.found(json!({})).await.0, ["new"]);
    let shown = room.ok("DescribeLogGroups", json!({})).await;
    assert_eq!(shown["logGroups"][0]["storedBytes"], 29);
}

#[tokio::test]
async fn a_streams_events_go_with_it() {
    let room = Room::new();
    room.group(&["s", "t"]).await;
    room.put("s", &[(0, "one")]).await;
    room.put("t", &[(0, "two")]).await;
    room.ok("DeleteLogStream", json!({"logGroupName": "g", "logStreamName": "s"})).await;
    assert_eq!(room.found(json!({})).await.0, ["two"]);
    assert_eq!(room.logs.stored_bytes(), 29);
}

#[tokio::test]
async fn protection_keeps_a_group() {
    let room = Room::new();
    room.ok("CreateLogGroup", json!({"logGroupName": "g", "deletionProtectionEnabled": true})).await;
    let delete = json!({"logGroupName": "g"});
    assert_eq!(room.refused("DeleteLogGroup", delete.clone()).await.0, "ValidationException");
    let lift = json!({"logGroupIdentifier": "g", "deletionProtectionEnabled": false});
    room.ok("PutLogGroupDeletionProtection", lift).await;
    room.ok("DeleteLogGroup", delete).await;
}

#[tokio::test]
async fn tags_are_kept_in_both_forms() {
    let room = Room::new();
    room.group(&[]).await;
    let arn = "arn:aws:logs:us-east-1:123456789012:log-group:g";
    room.ok("TagLogGroup", json!({"logGroupName": "g", "tags": {"a": "1", "b": "1"}})).await;
    room.ok("TagResource", json!({"resourceArn": arn, "tags": {"b": "2", "c": "3"}})).await;
    room.ok("UntagLogGroup", json!({"logGroupName": "g", "tags": ["a", "none"]})).await;
    room.ok("UntagResource", json!({"resourceArn": arn, "tagKeys": ["c"]})).await;
    let tags = room.ok("ListTagsLogGroup", json!({"logGroupName": "g"})).await;
    assert_eq!(tags["tags"], json!({"b": "2"}));
    let call = room.world.call(Caller::Root);
    let seen = room.logs.resource_tags(&call, &format!("{arn}:log-stream:s")).await.unwrap();
    assert_eq!(seen["b"], "2");
}
