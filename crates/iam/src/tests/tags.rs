//! Tags, alike for everything that bears them.

use serde_json::{Value, json};

use crate::testing::{World, document};

/// Kind, member that names it, value.
const TAGGED: [(&str, &str, &str); 6] = [
    ("User", "UserName", "x"),
    ("Role", "RoleName", "x"),
    ("Policy", "PolicyArn", "arn:aws:iam::123456789012:policy/x"),
    ("InstanceProfile", "InstanceProfileName", "x"),
    (
        "OpenIDConnectProvider",
        "OpenIDConnectProviderArn",
        "arn:aws:iam::123456789012:oidc-provider/accounts.example.com",
    ),
    ("SAMLProvider", "SAMLProviderArn", "arn:aws:iam::123456789012:saml-provider/x"),
];

async fn world() -> World {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "x"})).await;
    world.role("x", json!({"AWS": "*"})).await;
    world.ok("CreatePolicy", json!({"PolicyName": "x", "PolicyDocument": document("Allow", "s3:*", "*")})).await;
    world.ok("CreateInstanceProfile", json!({"InstanceProfileName": "x"})).await;
    world.ok("CreateOpenIDConnectProvider", json!({"Url": "https://accounts.example.com"})).await;
    let metadata = saml::soft::SoftProvider::new().metadata("https://idp.example.com");
    world.ok("CreateSAMLProvider", json!({"Name": "x", "SAMLMetadataDocument": metadata})).await;
    world
}

fn tags(keys: &[String]) -> Value {
    keys.iter().map(|key| json!({"Key": key, "Value": "v"})).collect()
}

#[tokio::test]
async fn tags_are_set_listed_by_page_and_taken_away() {
    let world = world().await;
    for (kind, member, name) in TAGGED {
        let set = json!([{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}]);
        world.ok(&format!("Tag{kind}"), json!({member: name, "Tags": set})).await;
        world.ok(&format!("Tag{kind}"), json!({member: name, "Tags": [{"Key": "B", "Value": "3"}]})).await;
        let list = format!("List{kind}Tags");
        let page = world.ok(&list, json!({member: name, "MaxItems": 1})).await;
        assert_eq!(
            (&page["Tags"], &page["IsTruncated"]),
            (&json!([{"Key": "a", "Value": "2"}]), &json!(true)),
            "{kind}"
        );
        let page = world.ok(&list, json!({member: name, "Marker": page["Marker"]})).await;
        assert_eq!(page, json!({"Tags": [{"Key": "b", "Value": "3"}], "IsTruncated": false}));
        world.ok(&format!("Untag{kind}"), json!({member: name, "TagKeys": ["A", "none"]})).await;
        assert_eq!(world.ok(&list, json!({member: name})).await["Tags"], json!([{"Key": "b", "Value": "3"}]));
    }
}

#[tokio::test]
async fn bad_tags_are_refused_everywhere() {
    let world = world().await;
    for (kind, member, name) in TAGGED {
        let operation = format!("Tag{kind}");
        let twice = tags(&["k".to_owned(), "K".to_owned()]);
        assert_eq!(
            world.refused(&operation, json!({member: name, "Tags": twice})).await,
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        let reserved = tags(&["AWS:k".to_owned()]);
        assert!(world.refused(&operation, json!({member: name, "Tags": reserved})).await.starts_with("InvalidInput: "));
        let many = tags(&(0..51).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(
            world.refused(&operation, json!({member: name, "Tags": many})).await,
            format!("LimitExceeded: Cannot exceed quota for {}: 50", quota(kind))
        );
        let absent = if name == "x" { "none".to_owned() } else { format!("{name}y") };
        for operation in [format!("Tag{kind}"), format!("Untag{kind}"), format!("List{kind}Tags")] {
            let input = json!({member: absent, "Tags": [], "TagKeys": []});
            assert!(world.refused(&operation, input).await.starts_with("NoSuchEntity: "), "{operation}");
        }
    }
}

#[tokio::test]
async fn new_things_have_no_bad_tags_either() {
    let world = World::new();
    let many = tags(&(0..51).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(
        world.refused("CreateUser", json!({"UserName": "u", "Tags": many})).await,
        "LimitExceeded: Cannot exceed quota for TagsPerUser: 50"
    );
    let twice = tags(&["k".to_owned(), "K".to_owned()]);
    assert_eq!(
        world.refused("CreateUser", json!({"UserName": "u", "Tags": twice})).await,
        "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
    );
}

fn quota(kind: &str) -> String {
    format!("TagsPer{}", if kind == "OpenIDConnectProvider" { "OpenIdConnectProvider" } else { kind })
}
