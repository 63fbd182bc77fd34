//! Decisions for the front door.

use aws_types::{AccountId, Caller, Service as _};
use iam_policy::{Policy, PolicyKind};
use serde_json::json;

use crate::identity::Identity;
use crate::testing::{World, document};
use crate::{Question, Verdict};

const KEY: &str = "arn:aws:s3:::b/k";

async fn ask(world: &World, identity: &Identity, action: &str) -> Verdict {
    let now = world.context(Caller::Root).now;
    world.rooms.principals.authorize(identity, &Question::new(action, KEY, now)).await.unwrap()
}

#[tokio::test]
async fn what_no_policy_allows_is_denied_in_aws_words() {
    let world = World::new();
    let alice = world.user("alice").await;
    let identity = world.identity(&alice).await;
    let verdict = ask(&world, &identity, "s3:GetObject").await;
    assert!(!verdict.is_allowed());
    assert_eq!(
        verdict.sentence,
        "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:GetObject on resource: \
         arn:aws:s3:::b/k because no identity-based policy allows the s3:GetObject action"
    );
}

#[tokio::test]
async fn every_way_to_a_grant_works_and_counts_at_once() {
    let world = World::new();
    let alice = world.user("alice").await;
    let identity = world.identity(&alice).await;
    let allowed = async || ask(&world, &identity, "s3:GetObject").await.is_allowed();
    assert!(!allowed().await);
    world.allow("alice", "s3:GetObject", "*").await;
    assert!(allowed().await);
    world.ok("DeleteUserPolicy", json!({"UserName": "alice", "PolicyName": "may-s3-GetObject"})).await;
    assert!(!allowed().await);

    let attached = json!({"UserName": "alice", "PolicyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"});
    world.ok("AttachUserPolicy", attached.clone()).await;
    assert!(allowed().await);
    world.ok("DetachUserPolicy", attached).await;
    assert!(!allowed().await);

    world.ok("CreateGroup", json!({"GroupName": "g"})).await;
    world.ok("AddUserToGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    assert!(!allowed().await);
    let policy = json!({"GroupName": "g", "PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.ok("PutGroupPolicy", policy).await;
    assert!(allowed().await);
    world.ok("RemoveUserFromGroup", json!({"GroupName": "g", "UserName": "alice"})).await;
    assert!(!allowed().await);

    let arn = "arn:aws:iam::123456789012:policy/p";
    world.ok("CreatePolicy", json!({"PolicyName": "p", "PolicyDocument": document("Allow", "s3:Put*", "*")})).await;
    world.ok("AttachUserPolicy", json!({"UserName": "alice", "PolicyArn": arn})).await;
    assert!(!allowed().await);
    let version = json!({"PolicyArn": arn, "PolicyDocument": document("Allow", "s3:Get*", "*"), "SetAsDefault": true});
    world.ok("CreatePolicyVersion", version).await;
    assert!(allowed().await);
    world.ok("SetDefaultPolicyVersion", json!({"PolicyArn": arn, "VersionId": "v1"})).await;
    assert!(!allowed().await);
}

#[tokio::test]
async fn an_explicit_deny_wins_and_is_named() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "*", "*").await;
    let deny =
        json!({"UserName": "alice", "PolicyName": "no", "PolicyDocument": document("Deny", "s3:GetObject", "*")});
    world.ok("PutUserPolicy", deny).await;
    let verdict = ask(&world, &world.identity(&alice).await, "s3:GetObject").await;
    assert_eq!(verdict.sid.as_deref(), Some("One"));
    assert!(verdict.sentence.ends_with("with an explicit deny in an identity-based policy"), "{}", verdict.sentence);
    assert!(ask(&world, &world.identity(&alice).await, "s3:PutObject").await.is_allowed());
}

#[tokio::test]
async fn a_boundary_limits() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "*", "*").await;
    let boundary =
        json!({"UserName": "alice", "PermissionsBoundary": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"});
    world.ok("PutUserPermissionsBoundary", boundary).await;
    let identity = world.identity(&alice).await;
    assert!(ask(&world, &identity, "s3:GetObject").await.is_allowed());
    let verdict = ask(&world, &identity, "s3:PutObject").await;
    assert!(verdict.sentence.ends_with("because no permissions boundary allows the s3:PutObject action"));
}

#[tokio::test]
async fn the_root_may_do_everything() {
    let world = World::new();
    let identity = world.identity(&Caller::Root).await;
    assert!(ask(&world, &identity, "s3:GetObject").await.is_allowed());
}

#[tokio::test]
async fn keys_of_the_caller_win_over_keys_of_the_request() {
    let world = World::new();
    let alice = world.user("alice").await;
    let statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringEquals":
        {"aws:username": "admin", "aws:SourceIp": "192.0.2.1"}}});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let put = json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": document.replace("admin", "alice")});
    world.ok("PutUserPolicy", put).await;
    let identity = world.identity(&alice).await;
    let keys = [("aws:username", "admin"), ("aws:SourceIp", "192.0.2.1")];
    let now = world.context(Caller::Root).now;
    let question = Question { keys: &keys, ..Question::new("s3:GetObject", KEY, now) };
    assert!(world.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
    let put = json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": document});
    world.ok("PutUserPolicy", put).await;
    assert!(!world.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed());
}

#[tokio::test]
async fn tags_of_the_caller_are_condition_keys() {
    let world = World::new();
    let alice = world.user("alice").await;
    let statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/key}"});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    world.ok("PutUserPolicy", json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": document})).await;
    let identity = world.identity(&alice).await;
    assert!(!ask(&world, &identity, "s3:GetObject").await.is_allowed());
    world.ok("TagUser", json!({"UserName": "alice", "Tags": [{"Key": "Key", "Value": "k"}]})).await;
    assert!(ask(&world, &identity, "s3:GetObject").await.is_allowed());
}

#[tokio::test]
async fn a_denial_is_decoded_by_those_who_may() {
    let world = World::new();
    let alice = world.user("alice").await;
    let identity = world.identity(&alice).await;
    let question = Question::new("s3:GetObject", KEY, world.context(Caller::Root).now);
    let verdict = world.rooms.principals.authorize(&identity, &question).await.unwrap();
    let encoded = world.rooms.principals.encoded_message(&verdict, &identity, &question);
    assert!(!encoded.contains("alice"));
    let input = json!({"EncodedMessage": encoded});
    let decoded = world.ok("DecodeAuthorizationMessage", input.clone()).await;
    let decoded: serde_json::Value = serde_json::from_str(decoded["DecodedMessage"].as_str().unwrap()).unwrap();
    assert_eq!((&decoded["allowed"], &decoded["explicitDeny"]), (&json!(false), &json!(false)));
    assert_eq!(decoded["context"]["principal"]["arn"], "arn:aws:iam::123456789012:user/alice");
    let refusal = world.refused_as(alice, "DecodeAuthorizationMessage", input).await;
    assert!(refusal.starts_with("AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:DecodeAuthorizationMessage"));
    for forged in ["", "forged", &format!("{encoded}A")] {
        assert_eq!(
            world.refused("DecodeAuthorizationMessage", json!({"EncodedMessage": forged})).await,
            "InvalidAuthorizationMessageException: Message is not valid"
        );
    }
}

/// A user of this account at a thing of another account, whose policy is `Principal`'s.
async fn abroad(world: &World, identity: &Identity, principal: &serde_json::Value) -> Verdict {
    let statement = json!({"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": KEY});
    let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let policy = Policy::parse(&document, PolicyKind::Resource).unwrap();
    let question = Question {
        resource_policy: Some(&policy),
        resource_account: Some("999999999999"),
        ..Question::new("s3:GetObject", KEY, world.context(Caller::Root).now)
    };
    world.rooms.principals.authorize(identity, &question).await.unwrap()
}

#[tokio::test]
async fn another_accounts_resource_needs_both_sides() {
    let world = World::new();
    let alice = world.user("alice").await;
    let identity = world.identity(&alice).await;
    let named = json!({"AWS": "arn:aws:iam::123456789012:user/alice"});
    // Naming the user is enough at home, and not abroad.
    assert!(!abroad(&world, &identity, &named).await.is_allowed());
    world.allow("alice", "s3:GetObject", KEY).await;
    for principal in
        [named, json!({"AWS": "123456789012"}), json!({"AWS": "arn:aws:iam::123456789012:root"}), json!("*")]
    {
        assert!(abroad(&world, &identity, &principal).await.is_allowed(), "{principal}");
    }
    for principal in [json!({"AWS": "999999999999"}), json!({"AWS": "arn:aws:iam::123456789012:user/bob"})] {
        assert!(!abroad(&world, &identity, &principal).await.is_allowed(), "{principal}");
    }
    let alone = Question {
        resource_account: Some("999999999999"),
        ..Question::new("s3:GetObject", KEY, world.context(Caller::Root).now)
    };
    assert!(!world.rooms.principals.authorize(&identity, &alone).await.unwrap().is_allowed());
    let deny = json!({"UserName": "alice", "PolicyName": "no", "PolicyDocument": document("Deny", "s3:*", "*")});
    world.ok("PutUserPolicy", deny).await;
    assert!(!abroad(&world, &identity, &json!("*")).await.is_allowed());
}

#[tokio::test]
async fn another_accounts_role_reaches_home_by_both_sides() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "sts:AssumeRole", "*").await;
    let mut other = world.context(Caller::Root);
    other.account = AccountId::parse("999999999999").unwrap();
    let trust = crate::testing::trust(json!({"AWS": "123456789012"}), &["sts:AssumeRole"]);
    let input = json!({"RoleName": "r", "AssumeRolePolicyDocument": trust});
    world.rooms.iam.call(&other, "CreateRole", input, None).await.unwrap();
    let role = "arn:aws:iam::999999999999:role/r";
    let given = world.ok_as(alice, "AssumeRole", json!({"RoleArn": role, "RoleSessionName": "session"})).await;
    let identity = world.session(&given);
    let asked = async |principal: &str| {
        let statement = json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "s3:*", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
        let policy = Policy::parse(&document, PolicyKind::Resource).unwrap();
        let question = Question {
            resource_policy: Some(&policy),
            resource_account: Some("123456789012"),
            ..Question::new("s3:GetObject", KEY, world.context(Caller::Root).now)
        };
        world.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed()
    };
    assert!(!asked(role).await, "the role's own account says nothing");
    let policy = json!({"RoleName": "r", "PolicyName": "p", "PolicyDocument": document("Allow", "s3:*", "*")});
    world.rooms.iam.call(&other, "PutRolePolicy", policy, None).await.unwrap();
    for principal in [role, "999999999999", "arn:aws:sts::999999999999:assumed-role/r/session"] {
        assert!(asked(principal).await, "{principal}");
    }
    for principal in ["123456789012", "arn:aws:iam::999999999999:role/other"] {
        assert!(!asked(principal).await, "{principal}");
    }
}
