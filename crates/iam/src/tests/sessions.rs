//! Session tokens.

use aws_types::{Caller, Timestamp};
use serde_json::json;
use sigv4::SigError;

use crate::Question;
use crate::testing::{World, document, text};

#[tokio::test]
async fn a_token_opens_on_any_node_without_a_table() {
    let world = World::new();
    let alice = world.user("alice").await;
    let answer = world.ok_as(alice, "GetSessionToken", json!({})).await;
    let rows = world.store.query("iam#123456789012", "", None, 100).await.unwrap().len();
    assert_eq!(rows, 1, "nothing but the user is kept");
    let other = World::over(world.store.clone(), crate::RootAssumes::Never);
    assert_eq!(other.session(&answer).arn(), "arn:aws:iam::123456789012:user/alice");
    other.open(&answer);
}

#[tokio::test]
async fn attack_146_tokens_altered_missing_or_of_another_key_are_refused() {
    let world = World::new();
    let alice = world.user("alice").await;
    let one = world.ok_as(alice.clone(), "GetSessionToken", json!({})).await;
    let two = world.ok_as(alice, "GetSessionToken", json!({})).await;
    let now = world.context(Caller::Root).now;
    let (id, token) = (text(&one, "/Credentials/AccessKeyId"), text(&one, "/Credentials/SessionToken"));
    let open = |id: &str, token: Option<&str>| world.rooms.principals.open_session(id, token, now).map(drop);
    assert_eq!(open(&id, None), Err(SigError::BadSessionToken));
    assert_eq!(open(&text(&two, "/Credentials/AccessKeyId"), Some(&token)), Err(SigError::BadSessionToken));
    for at in 0..token.len() {
        let mut altered = token.clone().into_bytes();
        altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        assert_eq!(open(&id, Some(&altered)), Err(SigError::BadSessionToken), "{at}");
    }
    for bad in ["", "x", token.get(1..).unwrap(), &format!("{token}{token}"), &"A".repeat(100_000)] {
        assert_eq!(open(&id, Some(bad)), Err(SigError::BadSessionToken));
    }
    assert_eq!(open(&id, Some(&token)), Ok(()));
    assert_eq!(open(&id, Some(&token)), Ok(()), "and again, from memory");
    let altered = token.replace('A', "B");
    assert_eq!(open(&id, Some(&altered)), Err(SigError::BadSessionToken), "memory does not forgive");
}

#[tokio::test]
async fn a_token_ends() {
    let world = World::new();
    let alice = world.user("alice").await;
    let answer = world.ok_as(alice, "GetSessionToken", json!({"DurationSeconds": 900})).await;
    assert_eq!(answer["Credentials"]["Expiration"], 1_767_323_045 + 900);
    let (id, token) = (text(&answer, "/Credentials/AccessKeyId"), text(&answer, "/Credentials/SessionToken"));
    let open = |at: i64| world.rooms.principals.open_session(&id, Some(&token), Timestamp::from_secs(at)).map(drop);
    assert_eq!(open(1_767_323_045 + 899), Ok(()));
    assert_eq!(open(1_767_323_045 + 900), Err(SigError::ExpiredToken));
}

#[tokio::test]
async fn a_token_of_another_master_key_is_refused() {
    let world = World::new();
    let alice = world.user("alice").await;
    let answer = world.ok_as(alice, "GetSessionToken", json!({})).await;
    let key = store::MasterKey::from_bytes([8; 32]);
    let other = World::over(store::Store::in_memory(key).unwrap(), crate::RootAssumes::Never);
    let (id, token) = (text(&answer, "/Credentials/AccessKeyId"), text(&answer, "/Credentials/SessionToken"));
    let now = world.context(Caller::Root).now;
    assert_eq!(other.rooms.principals.open_session(&id, Some(&token), now).map(drop), Err(SigError::BadSessionToken));
}

#[tokio::test]
async fn older_sessions_are_revoked_by_a_policy() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": "arn:aws:iam::123456789012:user/alice"})).await;
    let all = json!({"RoleName": "r", "PolicyName": "all", "PolicyDocument": document("Allow", "*", "*")});
    world.ok("PutRolePolicy", all).await;
    let assume = json!({"RoleArn": arn, "RoleSessionName": "session"});
    let old = world.session(&world.ok_as(alice.clone(), "AssumeRole", assume.clone()).await);
    world.clock.advance_s(60);
    let statement = json!({"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"DateLessThan":
        {"aws:TokenIssueTime": world.context(Caller::Root).now.iso8601()}}});
    let revoke = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let revoke = json!({"RoleName": "r", "PolicyName": "AWSRevokeOlderSessions", "PolicyDocument": revoke});
    world.ok("PutRolePolicy", revoke).await;
    let new = world.session(&world.ok_as(alice, "AssumeRole", assume).await);
    let question = Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now);
    assert!(!world.rooms.principals.authorize(&old, &question).await.unwrap().is_allowed());
    assert!(world.rooms.principals.authorize(&new, &question).await.unwrap().is_allowed());
}

#[tokio::test]
async fn sessions_end_with_their_role() {
    let world = World::new();
    let alice = world.user("alice").await;
    let arn = world.role("r", json!({"AWS": "arn:aws:iam::123456789012:user/alice"})).await;
    let all = json!({"RoleName": "r", "PolicyName": "all", "PolicyDocument": document("Allow", "*", "*")});
    world.ok("PutRolePolicy", all.clone()).await;
    let assume = json!({"RoleArn": arn, "RoleSessionName": "session"});
    let answer = world.ok_as(alice, "AssumeRole", assume).await;
    let (session, caller) = (world.session(&answer), world.open(&answer));
    assert!(world.rooms.principals.is_current(&session).await.unwrap());
    world.ok("DeleteRolePolicy", json!({"RoleName": "r", "PolicyName": "all"})).await;
    world.ok("DeleteRole", json!({"RoleName": "r"})).await;
    world.role("r", json!({"AWS": "*"})).await;
    world.ok("PutRolePolicy", all).await;
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": [arn, session.arn(), "*"]}, "Action": "s3:*",
        "Resource": "arn:aws:s3:::b/*"});
    let bucket = json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let bucket = iam_policy::Policy::parse(&bucket, iam_policy::PolicyKind::Resource).unwrap();
    let question = Question {
        resource_policy: Some(&bucket),
        ..Question::new("s3:GetObject", "arn:aws:s3:::b/k", world.context(Caller::Root).now)
    };
    assert!(!world.rooms.principals.authorize(&session, &question).await.unwrap().is_allowed());
    assert!(!world.rooms.principals.is_current(&session).await.unwrap());
    assert_eq!(
        world.refused_as(caller, "GetCallerIdentity", json!({})).await,
        "InvalidClientTokenId: The security token included in the request is invalid."
    );
}

#[tokio::test]
async fn a_session_shows_no_secret_when_printed() {
    let world = World::new();
    let alice = world.user("alice").await;
    let answer = world.ok_as(alice, "GetSessionToken", json!({})).await;
    let (id, token) = (text(&answer, "/Credentials/AccessKeyId"), text(&answer, "/Credentials/SessionToken"));
    let opened = world.rooms.principals.open_session(&id, Some(&token), world.context(Caller::Root).now).unwrap();
    let printed = format!("{opened:?}");
    assert!(!printed.contains(&token) && !printed.contains(&text(&answer, "/Credentials/SecretAccessKey")));
}
