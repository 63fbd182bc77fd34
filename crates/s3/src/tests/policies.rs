//! Bucket policies: documents, what is public, what they say to anybody, what operations make of it.

use super::*;
use crate::policy::{Asked, Said};

const PUBLIC: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/open/*"}}"#;

async fn policed(document: &str) -> Room {
    let room = room();
    room.open_bucket().await;
    room.ok("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": document })).await;
    room
}

async fn says(room: &Room, (action, resource): (&str, &str), keys: &[(&str, &str)]) -> Said {
    let policy = room.s3.bucket_policy("bucket").await.unwrap().unwrap();
    let resource = format!("arn:aws:s3:::{resource}");
    policy.says(&Asked { action, resource: &resource, keys, lists: &[], now: room.world.clock.now() })
}

async fn get_as(room: &Room, leave: Leave, key: &str) -> Result<String, (String, u16)> {
    let call = room.world.call(Caller::Anonymous);
    let input = json!({ "Bucket": "bucket", "Key": key });
    match room.s3.call_with(&call, leave, ("GetObject", input), None).await {
        Ok(answer) => Ok(text(answer.body).await),
        Err(error) => Err((error.code.into_owned(), error.status)),
    }
}

#[tokio::test]
async fn a_policy_is_told_as_it_was_put_until_it_is_deleted() {
    let bucket = json!({ "Bucket": "bucket" });
    let room = room();
    room.open_bucket().await;
    for operation in ["GetBucketPolicy", "GetBucketPolicyStatus"] {
        assert_eq!(room.refused(operation, bucket.clone()).await, is("NoSuchBucketPolicy", 404));
    }
    let spaced = format!(" {PUBLIC}\n");
    room.ok("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": spaced })).await;
    assert_eq!(room.ok("GetBucketPolicy", bucket.clone()).await["Policy"], spaced);
    assert_eq!(room.ok("GetBucketPolicyStatus", bucket.clone()).await["PolicyStatus"]["IsPublic"], true);
    let narrow = PUBLIC.replace(r#""Principal":"*""#, r#""Principal":{"AWS":"123456789012"}"#);
    room.ok("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": narrow })).await;
    assert_eq!(room.ok("GetBucketPolicyStatus", bucket.clone()).await["PolicyStatus"]["IsPublic"], false);
    for _ in 0..2 {
        room.ok("DeleteBucketPolicy", bucket.clone()).await;
        assert_eq!(room.refused("GetBucketPolicy", bucket.clone()).await, is("NoSuchBucketPolicy", 404));
    }
    for operation in ["GetBucketPolicy", "GetBucketPolicyStatus", "DeleteBucketPolicy"] {
        assert_eq!(room.refused(operation, json!({ "Bucket": "none" })).await, is("NoSuchBucket", 404));
        assert_eq!(room.anonymous().refused(operation, bucket.clone()).await, is("AccessDenied", 403));
    }
    let anonymous = room.anonymous();
    let put = json!({ "Bucket": "bucket", "Policy": PUBLIC });
    assert_eq!(anonymous.refused("PutBucketPolicy", put).await, is("AccessDenied", 403));
    let other = json!({ "Bucket": "bucket", "ExpectedBucketOwner": "111122223333" });
    assert_eq!(room.refused("GetBucketPolicy", other).await, is("AccessDenied", 403));
}

#[tokio::test]
async fn what_is_no_policy_of_this_bucket_is_malformed() {
    let room = policed(PUBLIC).await;
    let with = |from: &str, to: &str| PUBLIC.replace(from, to);
    for (document, sentence) in [
        ("{".to_owned(), "Policies must be valid JSON and the first byte must be '{'"),
        ("\"text\"".to_owned(), "Policies must be valid JSON and the first byte must be '{'"),
        (with(r#""Principal":"*","#, ""), "Missing required field Principal"),
        (with(r#""Principal":"*""#, r#""Principal":{"AWS":"bob"}"#), "Invalid principal in policy"),
        (with("s3:GetObject", "ec2:RunInstances"), "Policy has invalid action"),
        (with("arn:aws:s3:::bucket/", "arn:aws:s3:::bucket-2/"), "Policy has invalid resource"),
        (with("arn:aws:s3:::bucket/open/*", "*"), "Policy has invalid resource"),
        (with("arn:aws:s3:::bucket/", "arn:aws:sns:::bucket/"), "Policy has invalid resource"),
    ] {
        let error = room.send("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": document }), None).await;
        let error = error.unwrap_err();
        assert_eq!((&*error.code, error.status, &*error.message), ("MalformedPolicy", 400, sentence), "{document}");
    }
    let long = format!("{PUBLIC}{}", " ".repeat(20 * 1024));
    assert_eq!(
        room.refused("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": long })).await,
        is("PolicyTooLarge", 400)
    );
    // A refusal leaves the one before.
    assert_eq!(room.ok("GetBucketPolicy", json!({ "Bucket": "bucket" })).await["Policy"], PUBLIC);
}

#[tokio::test]
async fn block_public_policy_refuses_what_is_public_alone() {
    let room = room();
    room.ok("CreateBucket", json!({ "Bucket": "bucket" })).await;
    let put = |document: String| json!({ "Bucket": "bucket", "Policy": document });
    assert_eq!(room.refused("PutBucketPolicy", put(PUBLIC.to_owned())).await, is("AccessDenied", 403));
    assert_eq!(room.refused("GetBucketPolicy", json!({ "Bucket": "bucket" })).await, is("NoSuchBucketPolicy", 404));
    let bound =
        PUBLIC.replace(r#""Action""#, r#""Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}},"Action""#);
    room.ok("PutBucketPolicy", put(bound)).await;
    assert_eq!(says(&room, ("s3:GetObject", "bucket/open/x"), &[("aws:SourceIp", "203.0.113.9")]).await, Said::Allowed);
    assert_eq!(says(&room, ("s3:GetObject", "bucket/open/x"), &[("aws:SourceIp", "203.0.114.9")]).await, Said::Nothing);
    assert_eq!(says(&room, ("s3:GetObject", "bucket/open/x"), &[]).await, Said::Nothing);
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_a_restricted_bucket_denies_all() {
    let room = policed(PUBLIC).await;
    let read = ("s3:GetObject", "bucket/open/x");
    assert_eq!(says(&room, read, &[]).await, Said::Allowed);
    assert_eq!(says(&room, ("s3:GetObject", "bucket/shut/x"), &[]).await, Said::Nothing);
    let denying = PUBLIC.replace("Allow", "Deny");
    room.ok("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": denying })).await;
    assert_eq!(says(&room, read, &[]).await, Said::Denied);
    room.ok("PutBucketPolicy", json!({ "Bucket": "bucket", "Policy": PUBLIC })).await;
    assert_eq!(says(&room, read, &[]).await, Said::Allowed);
    let block = json!({ "Bucket": "bucket", "PublicAccessBlockConfiguration": { "RestrictPublicBuckets": true } });
    room.ok("PutPublicAccessBlock", block).await;
    assert_eq!(says(&room, read, &[]).await, Said::Denied);
    assert_eq!(says(&room, ("s3:GetObject", "bucket/shut/x"), &[]).await, Said::Denied);
}

#[tokio::test]
async fn a_later_bucket_of_the_same_name_has_no_policy() {
    let room = policed(PUBLIC).await;
    room.ok("DeleteBucket", json!({ "Bucket": "bucket" })).await;
    assert!(room.s3.bucket_policy("bucket").await.unwrap().is_none());
    room.open_bucket().await;
    assert!(room.s3.bucket_policy("bucket").await.unwrap().is_none());
    assert_eq!(room.refused("GetBucketPolicy", json!({ "Bucket": "bucket" })).await, is("NoSuchBucketPolicy", 404));
}

#[tokio::test]
async fn absence_is_told_to_who_may_list_and_denied_to_others() {
    let room = policed(PUBLIC).await;
    room.put("there", "content", json!({})).await.unwrap();
    let leave = |said, lists| Leave { said, lists, each: Vec::new() };
    assert_eq!(get_as(&room, leave(Said::Allowed, false), "there").await, Ok("content".to_owned()));
    assert_eq!(get_as(&room, leave(Said::Allowed, false), "gone").await, Err(is("AccessDenied", 403)));
    assert_eq!(get_as(&room, leave(Said::Allowed, true), "gone").await, Err(is("NoSuchKey", 404)));
    assert_eq!(get_as(&room, leave(Said::Nothing, true), "there").await, Err(is("AccessDenied", 403)));
    assert_eq!(get_as(&room, leave(Said::Nothing, true), "gone").await, Err(is("NoSuchKey", 404)));
    assert_eq!(get_as(&room, leave(Said::Nothing, false), "gone").await, Err(is("AccessDenied", 403)));
}

#[tokio::test]
async fn delete_objects_refuses_key_by_key() {
    let room = policed(PUBLIC).await;
    for key in ["a", "b", "c"] {
        room.put(key, "x", json!({})).await.unwrap();
    }
    let objects: Vec<Value> = ["a", "b", "c"].iter().map(|key| json!({ "Key": key })).collect();
    let input = json!({ "Bucket": "bucket", "Delete": { "Objects": objects } });
    let each = vec![Said::Denied, Said::Allowed, Said::Nothing];
    let leave = Leave { said: Said::Nothing, lists: false, each };
    let call = room.world.call(Caller::Anonymous);
    let answer = room.s3.call_with(&call, leave, ("DeleteObjects", input), None).await.unwrap().output;
    assert_eq!(answer["Deleted"], json!([{ "Key": "b" }]));
    let refused: Vec<(&str, &str)> = answer["Errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["Key"].as_str().unwrap(), error["Code"].as_str().unwrap()))
        .collect();
    assert_eq!(refused, [("a", "AccessDenied"), ("c", "AccessDenied")]);
    assert!(room.get("a", json!({})).await.is_ok() && room.get("c", json!({})).await.is_ok());
}
