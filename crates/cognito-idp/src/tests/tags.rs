//! TagResource, UntagResource, ListTagsForResource.

use serde_json::{Value, json};

use crate::testing::{World, text};

#[tokio::test]
async fn tags_are_added_replaced_and_removed() {
    let world = World::new();
    let made = world.ok("CreateUserPool", json!({"PoolName": "demo", "UserPoolTags": {"team": "red"}})).await;
    let arn = text(&made, "/UserPool/Arn");
    let tags = |tags: Value| json!({"ResourceArn": arn, "Tags": tags});
    assert_eq!(world.ok("TagResource", tags(json!({"team": "blue", "stage": "test"}))).await, json!({}));
    let key = json!({"ResourceArn": arn});
    assert_eq!(
        world.ok("ListTagsForResource", key.clone()).await,
        tags(json!({"stage": "test", "team": "blue"})).take_tags()
    );
    let untag = json!({"ResourceArn": arn, "TagKeys": ["team", "never"]});
    assert_eq!(world.ok("UntagResource", untag).await, json!({}));
    assert_eq!(world.ok("ListTagsForResource", key).await, json!({"Tags": {"stage": "test"}}));
    let shown = world.ok("DescribeUserPool", json!({"UserPoolId": text(&made, "/UserPool/Id")})).await;
    assert_eq!(shown["UserPool"]["UserPoolTags"], json!({"stage": "test"}));
}

trait TakeTags {
    fn take_tags(self) -> Value;
}

impl TakeTags for Value {
    fn take_tags(self) -> Value {
        json!({"Tags": self["Tags"]})
    }
}

#[tokio::test]
async fn bad_tags_and_arns_are_refused() {
    let world = World::new();
    let made = world.ok("CreateUserPool", json!({"PoolName": "demo"})).await;
    let arn = text(&made, "/UserPool/Arn");
    let many: serde_json::Map<_, _> = (0..51).map(|i| (format!("k{i}"), json!("v"))).collect();
    for tags in [json!({"aws:x": "y"}), json!(many)] {
        let refusal = world.refused("TagResource", json!({"ResourceArn": arn, "Tags": tags})).await;
        assert!(refusal.starts_with("InvalidParameterException: "), "{refusal}");
    }
    let other_account = arn.replace("123456789012", "999999999999");
    let other_region = arn.replace("idp:eu-west-1", "idp:us-east-1");
    let absent = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_none".to_owned();
    let no_pool = "arn:aws:s3:::bucket-of-mine".to_owned();
    for operation in ["TagResource", "UntagResource", "ListTagsForResource"] {
        for (arn, code) in [
            (&other_account, "ResourceNotFoundException: "),
            (&other_region, "ResourceNotFoundException: "),
            (&absent, "ResourceNotFoundException: "),
            (&no_pool, "InvalidParameterException: "),
        ] {
            let input = json!({"ResourceArn": arn, "Tags": {"a": "b"}, "TagKeys": ["a"]});
            let refusal = world.refused(operation, input).await;
            assert!(refusal.starts_with(code), "{operation} {arn}: {refusal}");
        }
    }
}
