//! What operations act on, as policies name it.

use aws_types::Caller;
use serde_json::{Value, json};

use crate::testing::{World, document, text};

#[tokio::test]
async fn every_operation_names_what_it_acts_on() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "Alice", "Path": "/a/"})).await;
    world.ok("CreateGroup", json!({"GroupName": "g", "Path": "/g/"})).await;
    let input = json!({"PolicyName": "p", "Path": "/p/", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("CreatePolicy", input).await;
    let key = world.ok("CreateAccessKey", json!({"UserName": "alice"})).await;
    let id = text(&key, "/AccessKey/AccessKeyId");
    let alice = world.rooms.principals.lookup(&id).await.unwrap().unwrap().identity;
    let root = world.identity(&Caller::Root).await;
    let (user, policy) = ("user/a/Alice", "policy/p/p");
    for (operation, input, resource) in [
        ("GetUser", json!({"UserName": "ALICE"}), user),
        ("CreateAccessKey", json!({"UserName": "alice"}), user),
        ("GetUser", json!({"UserName": "none"}), "user/none"),
        ("CreateUser", json!({"UserName": "new", "Path": "/n/"}), "user/n/new"),
        ("AddUserToGroup", json!({"UserName": "alice", "GroupName": "g"}), "group/g/g"),
        ("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}), user),
        ("GetPolicy", json!({"PolicyArn": "arn:aws:iam::123456789012:policy/p/p"}), policy),
        ("CreatePolicy", json!({"PolicyName": "q"}), "policy/q"),
        ("CreateRole", json!({"RoleName": "r", "Path": "/x/"}), "role/x/r"),
        ("PutRolePolicy", json!({"RoleName": "r"}), "role/r"),
        ("AddRoleToInstanceProfile", json!({"RoleName": "r", "InstanceProfileName": "i"}), "instance-profile/i"),
        ("CreateOpenIDConnectProvider", json!({"Url": "https://h.example/p/"}), "oidc-provider/h.example/p"),
        ("CreateSAMLProvider", json!({"Name": "corp"}), "saml-provider/corp"),
        ("GetAccessKeyLastUsed", json!({"AccessKeyId": id}), user),
    ] {
        let target = world.rooms.principals.target(&root, operation, &input).await.unwrap();
        assert_eq!(target.resource, format!("arn:aws:iam::123456789012:{resource}"), "{operation}");
    }
    for (operation, input) in [("ListUsers", json!({})), ("GetAccountSummary", Value::Null), ("GetUser", json!({}))] {
        assert_eq!(world.rooms.principals.target(&root, operation, &input).await.unwrap().resource, "*", "{operation}");
    }
    let own = world.rooms.principals.target(&alice, "CreateAccessKey", &json!({})).await.unwrap();
    assert_eq!(own.resource, "arn:aws:iam::123456789012:user/a/Alice");
}

#[tokio::test]
async fn input_becomes_condition_keys() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u", "Tags": [{"Key": "team", "Value": "a"}]})).await;
    let root = world.identity(&Caller::Root).await;
    let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let key = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let attach = json!({"UserName": "u", "PolicyArn": arn});
    let target = world.rooms.principals.target(&root, "AttachUserPolicy", &attach).await.unwrap();
    assert_eq!(target.keys, [key("aws:ResourceTag/team", "a"), key("iam:PolicyARN", arn)]);
    let create = json!({"UserName": "new", "PermissionsBoundary": arn, "Tags": [{"Key": "k", "Value": "v"}]});
    let target = world.rooms.principals.target(&root, "CreateUser", &create).await.unwrap();
    assert_eq!(target.keys, [key("iam:PermissionsBoundary", arn), key("aws:RequestTag/k", "v")]);
    assert_eq!(target.lists, [("aws:TagKeys".to_owned(), vec!["k".to_owned()])]);
    let untag = json!({"UserName": "u", "TagKeys": ["team"]});
    let target = world.rooms.principals.target(&root, "UntagUser", &untag).await.unwrap();
    assert_eq!(target.lists, [("aws:TagKeys".to_owned(), vec!["team".to_owned()])]);
}

#[tokio::test]
async fn what_is_renamed_or_moved_is_named_as_it_will_be() {
    let world = World::new();
    world.ok("CreateUser", json!({"UserName": "u", "Path": "/a/b/"})).await;
    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    let root = world.identity(&Caller::Root).await;
    for (operation, input, renamed) in [
        ("UpdateUser", json!({"UserName": "u", "NewUserName": "v"}), Some("user/a/b/v")),
        ("UpdateUser", json!({"UserName": "u", "NewPath": "/"}), Some("user/u")),
        ("UpdateUser", json!({"UserName": "u", "NewPath": "/x/", "NewUserName": "v"}), Some("user/x/v")),
        ("UpdateGroup", json!({"GroupName": "g", "NewPath": "/x/", "NewGroupName": "h"}), Some("group/x/h")),
        ("UpdateGroup", json!({"GroupName": "g", "NewGroupName": "h"}), Some("group/h")),
        ("UpdateUser", json!({"UserName": "u"}), None),
        ("GetUser", json!({"UserName": "u"}), None),
    ] {
        let target = world.rooms.principals.target(&root, operation, &input).await.unwrap();
        let renamed = renamed.map(|place| format!("arn:aws:iam::123456789012:{place}"));
        assert_eq!(target.renamed, renamed, "{operation} {input}");
    }
}
