//! GetCallerIdentity, GetSessionToken, GetFederationToken, GetAccessKeyInfo.

use aws_types::Caller;
use serde_json::json;

use crate::testing::{ACCOUNT, World, document, text};
use crate::{Question, RootAssumes};

#[tokio::test]
async fn everybody_learns_who_they_are() {
    let world = World::new();
    let root = world.ok("GetCallerIdentity", json!({})).await;
    assert_eq!(root, json!({"UserId": ACCOUNT, "Account": ACCOUNT, "Arn": "arn:aws:iam::123456789012:root"}));
    let alice = world.user("alice").await;
    let id = text(&world.ok("GetUser", json!({"UserName": "alice"})).await, "/User/UserId");
    let expected = json!({"UserId": id, "Account": ACCOUNT, "Arn": "arn:aws:iam::123456789012:user/alice"});
    assert_eq!(world.ok_as(alice.clone(), "GetCallerIdentity", json!({})).await, expected);
    let session = world.ok_as(alice.clone(), "GetSessionToken", json!({})).await;
    assert_eq!(world.ok_as(world.open(&session), "GetCallerIdentity", json!({})).await, expected);
    let arn = world.role("r", json!({"AWS": "arn:aws:iam::123456789012:user/alice"})).await;
    let role_id = text(&world.ok("GetRole", json!({"RoleName": "r"})).await, "/Role/RoleId");
    let session = world.ok_as(alice, "AssumeRole", json!({"RoleArn": arn, "RoleSessionName": "s1"})).await;
    let shown = world.ok_as(world.open(&session), "GetCallerIdentity", json!({})).await;
    assert_eq!(
        shown,
        json!({"UserId": format!("{role_id}:s1"), "Account": ACCOUNT, "Arn": "arn:aws:sts::123456789012:assumed-role/r/s1"})
    );
}

#[tokio::test]
async fn callers_that_are_gone_or_were_never_opened_are_refused() {
    let world = World::new();
    let refusal = "InvalidClientTokenId: The security token included in the request is invalid.";
    let caller = |id: &str, arn: &str| Caller::Principal { access_key_id: id.to_owned(), arn: arn.to_owned() };
    for caller in [
        Caller::Anonymous,
        caller("AKIA", "arn:aws:iam::123456789012:user/none"),
        caller("ASIA", "arn:aws:sts::123456789012:assumed-role/r/s"),
    ] {
        assert_eq!(world.refused_as(caller, "GetCallerIdentity", json!({})).await, refusal);
    }
    let alice = world.user("alice").await;
    let session = world.ok_as(alice, "GetSessionToken", json!({})).await;
    let Caller::Principal { access_key_id, .. } = world.open(&session) else { panic!("a principal") };
    let other = caller(&access_key_id, "arn:aws:iam::123456789012:user/other");
    assert_eq!(world.refused_as(other, "GetCallerIdentity", json!({})).await, refusal);
}

#[tokio::test]
async fn a_users_session_has_its_permissions_but_not_iam() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "*", "*").await;
    let answer = world.ok_as(alice, "GetSessionToken", json!({})).await;
    assert_eq!(answer["Credentials"]["Expiration"], 1_767_323_045 + 43_200);
    assert!(text(&answer, "/Credentials/AccessKeyId").starts_with("ASIA"));
    let identity = world.session(&answer);
    for (action, may) in
        [("s3:GetObject", true), ("iam:ListUsers", false), ("sts:GetFederationToken", false), ("sts:AssumeRole", true)]
    {
        let question = Question::new(action, "*", world.context(Caller::Root).now);
        assert_eq!(world.rooms.principals.authorize(&identity, &question).await.unwrap().is_allowed(), may, "{action}");
    }
}

#[tokio::test]
async fn sessions_get_no_session_tokens_nor_does_who_brings_no_device() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "sts:*", "*").await;
    let session = world.open(&world.ok_as(alice.clone(), "GetSessionToken", json!({})).await);
    assert_eq!(
        world.refused_as(session.clone(), "GetSessionToken", json!({})).await,
        "AccessDenied: Cannot call GetSessionToken with session credentials"
    );
    assert_eq!(
        world.refused_as(session, "GetFederationToken", json!({"Name": "fed"})).await,
        "AccessDenied: Cannot call GetFederationToken with session credentials"
    );
    let mfa = json!({"SerialNumber": "arn:aws:iam::123456789012:mfa/alice", "TokenCode": "123456"});
    assert!(
        world
            .refused_as(alice, "GetSessionToken", mfa)
            .await
            .starts_with("AccessDenied: MultiFactorAuthentication failed")
    );
}

#[tokio::test]
async fn the_roots_session_lasts_an_hour() {
    let world = World::new();
    let answer = world.ok("GetSessionToken", json!({})).await;
    assert_eq!(answer["Credentials"]["Expiration"], 1_767_323_045 + 3_600);
    let caller = world.open(&answer);
    let shown = world.ok_as(caller.clone(), "GetCallerIdentity", json!({})).await;
    assert_eq!(shown["Arn"], "arn:aws:iam::123456789012:root");
    assert_eq!(world.ok_as(caller, "GetUser", json!({})).await["User"]["UserId"], ACCOUNT);
}

#[tokio::test]
async fn a_federated_user_may_what_both_sides_allow() {
    let world = World::new();
    let alice = world.user("alice").await;
    world.allow("alice", "s3:*", "*").await;
    let refusal = world.refused_as(alice.clone(), "GetFederationToken", json!({"Name": "bob"})).await;
    assert!(refusal.starts_with(
        "AccessDenied: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: sts:GetFederationToken on \
         resource: arn:aws:sts::123456789012:federated-user/bob because no identity-based policy allows"
    ));
    world.allow("alice", "sts:GetFederationToken", "*").await;
    let policy = document("Allow", "s3:Get*", "*");
    let answer = world.ok_as(alice.clone(), "GetFederationToken", json!({"Name": "bob", "Policy": policy})).await;
    assert_eq!(
        answer["FederatedUser"],
        json!({"FederatedUserId": "123456789012:bob", "Arn": "arn:aws:sts::123456789012:federated-user/bob"})
    );
    let bare = world.ok_as(alice.clone(), "GetFederationToken", json!({"Name": "bob"})).await;
    assert_eq!(bare["PackedPolicySize"], 0);
    let now = world.context(Caller::Root).now;
    for (answer, action, may) in [
        (&answer, "s3:GetObject", true),
        (&answer, "s3:PutObject", false),
        (&answer, "iam:GetUser", false),
        (&answer, "sts:AssumeRole", false),
        (&bare, "s3:GetObject", false),
    ] {
        let question = Question::new(action, "arn:aws:s3:::b/k", now);
        let verdict = world.rooms.principals.authorize(&world.session(answer), &question).await.unwrap();
        assert_eq!(verdict.is_allowed(), may, "{action}");
    }
    let tagged = json!({"Name": "bob", "Tags": [{"Key": "a", "Value": "b"}]});
    assert!(world.refused_as(alice.clone(), "GetFederationToken", tagged.clone()).await.contains("sts:TagSession"));
    world.allow("alice", "sts:TagSession", "*").await;
    world.ok_as(alice, "GetFederationToken", tagged).await;
}

#[tokio::test]
async fn the_root_lends_everything_that_the_session_policy_allows() {
    let world =
        World::over(store::Store::in_memory(store::MasterKey::from_bytes([7; 32])).unwrap(), RootAssumes::Never);
    let arns = json!([{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]);
    let answer = world.ok("GetFederationToken", json!({"Name": "bob", "PolicyArns": arns})).await;
    let now = world.context(Caller::Root).now;
    for (action, may) in [("s3:GetObject", true), ("s3:PutObject", false)] {
        let question = Question::new(action, "arn:aws:s3:::b/k", now);
        let verdict = world.rooms.principals.authorize(&world.session(&answer), &question).await.unwrap();
        assert_eq!(verdict.is_allowed(), may, "{action}");
    }
}

#[tokio::test]
async fn session_policies_are_judged() {
    let world = World::new();
    let with = |key: &str, value: serde_json::Value| json!({"Name": "bob", key: value});
    let broken = with("Policy", json!("{"));
    assert_eq!(world.refused("GetFederationToken", broken).await, "MalformedPolicyDocument: Syntax errors in policy.");
    let absent = with("PolicyArns", json!([{"arn": "arn:aws:iam::123456789012:policy/none"}]));
    assert!(world.refused("GetFederationToken", absent).await.starts_with("MalformedPolicyDocument: Policy arn:aws"));
    let many = with("PolicyArns", json!(vec![json!({"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}); 11]));
    assert!(world.refused("GetFederationToken", many).await.starts_with("ValidationError: "));
    let long = with("Policy", json!(document("Allow", "s3:*", &format!("arn:aws:s3:::{}", "k".repeat(2_048)))));
    assert!(
        world.refused("GetFederationToken", long).await.starts_with("PackedPolicyTooLarge: Packed size of session")
    );
}

#[tokio::test]
async fn an_access_key_id_tells_its_account_to_anybody() {
    let world = World::new();
    let alice = world.user("alice").await;
    let Caller::Principal { access_key_id, .. } = &alice else { panic!("a principal") };
    let answer = world.ok_as(alice.clone(), "GetAccessKeyInfo", json!({"AccessKeyId": access_key_id})).await;
    assert_eq!(answer, json!({"Account": ACCOUNT}));
    let refusal = world.refused_as(alice, "GetAccessKeyInfo", json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPL1"})).await;
    assert!(refusal.starts_with("ValidationError: "));
}
