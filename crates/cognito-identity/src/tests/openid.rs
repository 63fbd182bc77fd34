//! Logins by OpenID Connect: audiences, issuers, subjects, times.

use serde_json::{Value, json};
use testkit::Calls as _;

use super::{OIDC, Room, USER_POOL};

async fn get_id(room: &Room, pool: &str, provider: &str, claims: Value) -> Result<Value, String> {
    let input = json!({"IdentityPoolId": pool, "Logins": {provider: room.token(claims)}});
    room.call("GetId", input).await.map_err(|error| error.message.into_owned())
}

fn good() -> Value {
    json!({"iss": "https://issuer.example/tenant", "aud": "app", "sub": "ada"})
}

fn changed(member: &str, value: Value) -> Value {
    let mut claims = good();
    claims[member] = value;
    claims
}

#[tokio::test]
async fn an_issuers_token_is_taken_for_its_audiences() {
    let room = Room::new();
    let pool = room.pool().await;
    let first = get_id(&room, &pool, OIDC, good()).await.unwrap();
    assert_eq!(
        get_id(&room, &pool, OIDC, changed("aud", json!("second"))).await.unwrap(),
        first,
        "one subject, one id"
    );
    assert_ne!(get_id(&room, &pool, OIDC, changed("sub", json!("eve"))).await.unwrap(), first);
    let mut many = changed("aud", json!(["elsewhere", "app"]));
    many["azp"] = json!("app");
    assert_eq!(get_id(&room, &pool, OIDC, many.clone()).await.unwrap(), first);
    many["azp"] = json!("elsewhere");
    assert_eq!(get_id(&room, &pool, OIDC, many).await.unwrap_err(), "Invalid login token. Incorrect token audience.");
}

#[tokio::test]
async fn attack_125_tokens_that_are_not_meant_are_refused() {
    let room = Room::new();
    let pool = room.pool().await;
    let now = room.world.call(aws_types::Caller::Root).now.secs();
    let cases = [
        (changed("iss", json!("https://issuer.example")), "Issuer doesn't match providerName"),
        (changed("iss", json!("https://issuer.example/tenant/")), "Issuer doesn't match providerName"),
        (changed("aud", json!("elsewhere")), "Incorrect token audience."),
        (changed("aud", json!(["app", "elsewhere"])), "Incorrect token audience."),
        (changed("aud", json!(7)), "Missing a required claim: aud"),
        (changed("exp", json!("tomorrow")), "Missing a required claim: exp"),
        (changed("exp", json!(now)), &format!("Token expired: {now} >= {now}")),
        (changed("nbf", json!(now + 60)), "Token is not valid yet."),
    ];
    for (claims, reason) in cases {
        let refusal = get_id(&room, &pool, OIDC, claims.clone()).await.unwrap_err();
        assert_eq!(refusal, format!("Invalid login token. {reason}"), "{claims}");
    }
}

#[tokio::test]
async fn attack_122_a_token_without_subject_is_nobodys() {
    let room = Room::new();
    let pool = room.pool().await;
    for nobody in [json!(null), json!(""), json!(5)] {
        let refusal = get_id(&room, &pool, OIDC, changed("sub", nobody)).await.unwrap_err();
        assert_eq!(refusal, "Invalid login token. Missing a required claim: sub");
    }
}

#[tokio::test]
async fn google_is_taken_by_its_own_names_and_others_are_refused_clearly() {
    let room = Room::new();
    let pool = room.pool().await;
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        let claims = json!({"iss": issuer, "aud": "google-app", "sub": "ada"});
        assert!(get_id(&room, &pool, "accounts.google.com", claims).await.is_ok(), "{issuer}");
    }
    let refusal = get_id(&room, &pool, "graph.facebook.com", good()).await.unwrap_err();
    assert_eq!(refusal, "Logins by graph.facebook.com are not taken yet.");
    let refusal = get_id(&room, &pool, "www.amazon.com", good()).await.unwrap_err();
    assert_eq!(refusal, "Token is not from a supported provider of this identity pool.");
}

#[tokio::test]
async fn two_providers_tokens_in_one_call_make_one_identity() {
    let room = Room::new();
    let pool = room.pool().await;
    let both = json!({USER_POOL: room.id_token("sub-1"), OIDC: room.token(good())});
    let identity = room.identity(&pool, both).await;
    assert_eq!(room.identity(&pool, json!({OIDC: room.token(good())})).await, identity);
    assert_eq!(room.identity(&pool, json!({USER_POOL: room.id_token("sub-1")})).await, identity);
    let shown = room.ok("DescribeIdentity", json!({"IdentityId": identity})).await;
    assert_eq!(shown["Logins"], json!([USER_POOL, OIDC]));
}

proptest::proptest! {
    #[test]
    fn whatever_comes_as_a_token_is_refused_in_words(token in "\\PC{1,200}") {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let room = Room::new();
            let pool = room.pool().await;
            for provider in [USER_POOL, OIDC] {
                let input = json!({"IdentityPoolId": pool, "Logins": {provider: token}});
                let (code, _) = room.refused("GetId", input).await;
                assert_eq!(code, "NotAuthorizedException");
            }
        });
    }
}
