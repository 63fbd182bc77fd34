//! Credentials and tokens: what is asked of STS for whom.

use serde_json::json;
use testkit::Calls as _;

use super::{OIDC, Room, USER_POOL};
use crate::table::IDENTITIES_OF;

const OWN: &str = "cognito-identity.amazonaws.com";

#[tokio::test]
async fn sts_is_told_pool_identity_and_how_it_is_known() {
    let room = Room::new();
    let pool = room.pool().await;
    let logins = json!({USER_POOL: room.id_token("sub-1")});
    let identity = room.identity(&pool, logins.clone()).await;
    let input = json!({"IdentityId": identity, "Logins": logins});
    let answer = room.ok("GetCredentialsForIdentity", input).await;
    assert_eq!(answer["Credentials"]["SecretKey"], "secret");
    let assumed = room.neighbours.assumed.lock().pop().unwrap();
    assert_eq!(assumed.role_arn, "arn:aws:iam::123456789012:role/users");
    assert_eq!(assumed.session_name, "CognitoIdentityCredentials");
    assert_eq!(assumed.keys, [(format!("{OWN}:aud"), pool), (format!("{OWN}:sub"), identity)]);
    let known = vec!["authenticated".to_owned(), USER_POOL.to_owned(), format!("{USER_POOL}:CognitoSignIn:sub-1")];
    assert_eq!(assumed.lists, [(format!("{OWN}:amr"), known)]);
    assert_eq!((assumed.tags, assumed.policy), (Vec::new(), None));
}

#[tokio::test]
async fn attack_143_guests_bear_the_policy_that_limits_them() {
    let room = Room::new();
    let pool = room.pool().await;
    let guest = room.ok("GetId", json!({"IdentityPoolId": pool})).await["IdentityId"].clone();
    room.ok("GetCredentialsForIdentity", json!({"IdentityId": guest})).await;
    let assumed = room.neighbours.assumed.lock().pop().unwrap();
    assert_eq!(assumed.role_arn, "arn:aws:iam::123456789012:role/guests");
    let policy: serde_json::Value = serde_json::from_str(&assumed.policy.unwrap()).unwrap();
    let actions = policy["Statement"][0]["Action"].as_array().unwrap();
    assert!(actions.contains(&json!("execute-api:*")) && actions.contains(&json!("s3:*")));
    assert!(!actions.iter().any(|action| action == "*" || action == "iam:*" || action == "sts:*"));
}

#[tokio::test]
async fn a_guests_own_token_is_worth_nothing_once_the_guest_is_somebody() {
    let room = Room::new();
    let pool = room.pool().await;
    let mut open = room.ok("DescribeIdentityPool", json!({"IdentityPoolId": pool})).await;
    open["AllowClassicFlow"] = json!(true);
    room.ok("UpdateIdentityPool", open).await;
    let guest = room.ok("GetId", json!({"IdentityPoolId": pool})).await["IdentityId"].clone();
    let token = room.ok("GetOpenIdToken", json!({"IdentityId": guest})).await["Token"].clone();
    let by_token = json!({"IdentityId": guest, "Logins": {OWN: token}});
    room.ok("GetCredentialsForIdentity", by_token.clone()).await;
    let logins = json!({USER_POOL: room.id_token("sub-1")});
    room.ok("GetCredentialsForIdentity", json!({"IdentityId": guest, "Logins": logins})).await;
    let (code, _) = room.refused("GetCredentialsForIdentity", by_token).await;
    assert_eq!(code, "NotAuthorizedException");
}

#[tokio::test]
async fn a_developers_token_ends_with_its_time() {
    let room = Room::new();
    let pool = room.pool().await;
    let input = json!({"IdentityPoolId": pool, "Logins": {"login.example": "u-1"}, "TokenDuration": 60});
    let given = room.ok("GetOpenIdTokenForDeveloperIdentity", input).await;
    let by_token = json!({"IdentityId": given["IdentityId"], "Logins": {OWN: given["Token"]}});
    room.ok("GetCredentialsForIdentity", by_token.clone()).await;
    room.world.clock.advance_s(60);
    let (code, message) = room.refused("GetCredentialsForIdentity", by_token).await;
    assert_eq!(code, "NotAuthorizedException");
    assert!(message.starts_with("Invalid login token. Token expired: "), "{message}");
}

#[tokio::test]
async fn a_second_user_of_the_same_pool_is_not_linked_to_an_identity() {
    let room = Room::new();
    let pool = room.pool().await;
    let first = json!({USER_POOL: room.id_token("sub-1")});
    let identity = room.identity(&pool, first).await;
    let second = json!({USER_POOL: room.id_token("sub-2")});
    let input = json!({"IdentityId": identity, "Logins": second});
    assert_eq!(room.refused("GetCredentialsForIdentity", input).await.0, "NotAuthorizedException");
    let shown = room.ok("DescribeIdentity", json!({"IdentityId": identity})).await;
    assert_eq!(shown["Logins"], json!([USER_POOL]));
}

#[tokio::test]
async fn a_deleted_pools_identities_are_swept_away() {
    let room = Room::new();
    let pool = room.pool().await;
    for subject in 0..3 {
        let claims = json!({"iss": "https://issuer.example/tenant", "aud": "app", "sub": subject.to_string()});
        room.identity(&pool, json!({OIDC: room.token(claims)})).await;
    }
    room.ok("DeleteIdentityPool", json!({"IdentityPoolId": pool})).await;
    room.service.sweep().await.unwrap();
    assert!(room.world.store.lookup(IDENTITIES_OF, &pool, None, 1).await.unwrap().is_empty());
    let (code, _) = room.refused("GetId", json!({"IdentityPoolId": pool})).await;
    assert_eq!(code, "ResourceNotFoundException");
}
