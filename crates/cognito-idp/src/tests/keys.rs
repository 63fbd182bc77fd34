//! Signing keys, issuers and the discovery documents.

use jose::SigningKey;
use serde_json::{Value, json};

use crate::table::{KEYS_SK, pool_pk};
use crate::testing::{World, config};
use crate::{Config, IssuerForm};

/// A document under `.well-known`.
async fn published(world: &World, pool: &str, document: &str) -> Value {
    serde_json::from_slice(&world.service.well_known(pool, document).await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_pool_has_two_keys_that_every_node_finds() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let keys = world.service.keys().signing(&pool).await.unwrap();
    assert_ne!(keys.id.kid(), keys.access.kid());
    let other_node = World::over(world.store.clone(), config());
    assert!(other_node.service.keys().verifying(&pool, keys.id.kid()).is_none(), "not loaded yet");
    other_node.service.load().await.unwrap();
    let same = other_node.service.keys().signing(&pool).await.unwrap();
    assert_eq!((same.id.kid(), same.access.kid()), (keys.id.kid(), keys.access.kid()));
    for node in [&world, &other_node] {
        for kid in [keys.id.kid(), keys.access.kid()] {
            assert_eq!(node.service.keys().verifying(&pool, kid).unwrap().kid(), kid);
        }
        assert!(node.service.keys().verifying(&pool, "none").is_none());
        assert!(node.service.keys().verifying("eu-west-1_none", keys.id.kid()).is_none());
    }
}

#[tokio::test]
async fn many_needs_at_once_make_one_pair() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let keys = world.service.keys();
    let (a, b, c) = tokio::join!(keys.signing(&pool), keys.signing(&pool), keys.jwks(&pool));
    let (a, b, c) = (a.unwrap(), b.unwrap(), c.unwrap());
    assert_eq!(a.id.kid(), b.id.kid());
    assert_eq!([a.id.kid(), a.access.kid()], [c.keys[0].kid.as_str(), c.keys[1].kid.as_str()]);
}

#[tokio::test]
async fn of_two_nodes_that_make_keys_at_once_one_wins() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let other_node = World::over(world.store.clone(), config());
    let (a, b) = tokio::join!(world.service.keys().signing(&pool), other_node.service.keys().signing(&pool));
    assert_eq!(a.unwrap().access.kid(), b.unwrap().access.kid());
}

#[tokio::test]
async fn no_keys_for_a_pool_that_is_not_there() {
    let world = World::new();
    let expected = "ResourceNotFoundException: User pool eu-west-1_none does not exist.";
    assert_eq!(world.service.keys().signing("eu-west-1_none").await.unwrap_err().to_string(), expected);
    assert_eq!(world.service.keys().jwks("eu-west-1_none").await.unwrap_err().to_string(), expected);
    assert!(world.store.get_item(&pool_pk("eu-west-1_none"), KEYS_SK).await.unwrap().is_none());
}

#[tokio::test]
async fn attack_060_keys_of_a_deleted_pool_verify_nothing() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let keys = world.service.keys().signing(&pool).await.unwrap();
    world.ok("DeleteUserPool", json!({"UserPoolId": pool})).await;
    assert!(world.service.keys().verifying(&pool, keys.id.kid()).is_none());
    assert!(world.service.keys().signing(&pool).await.is_err());
}

#[tokio::test]
async fn private_keys_lie_sealed_and_bound_to_their_pool() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.service.keys().signing(&pool).await.unwrap();
    let item = world.store.get_item(&pool_pk(&pool), KEYS_SK).await.unwrap().unwrap();
    let moved = String::from_utf8(item.body).unwrap().replace(&pool, &other);
    let mut tx = store::Tx::new();
    tx.put_raw(pool_pk(&other), KEYS_SK, moved, store::Expect::Absent, None, Vec::new());
    world.store.commit(tx).await.unwrap();
    let refusal = world.service.keys().signing(&other).await.unwrap_err();
    assert!(refusal.internal.is_some(), "a key moved to another pool does not open");
}

#[tokio::test]
async fn keys_are_made_ahead_in_the_background() {
    let settings = Config { reserve_keys: 1, ..config() };
    let store = store::Store::in_memory(store::MasterKey::from_bytes([7; 32])).unwrap();
    let world = World::over(store, settings);
    let mut events = world.store.subscribe();
    let pool = world.pool(json!({})).await;
    events.wait_for(|seq| *seq >= 2).await.unwrap();
    assert!(world.store.get_item(&pool_pk(&pool), KEYS_SK).await.unwrap().is_some());
}

#[tokio::test]
async fn both_forms_of_the_issuer_name_the_pool() {
    let world = World::new();
    let keys = world.service.keys();
    let pool = "eu-west-1_Ab3dE5fG7";
    let (own, aws) =
        (format!("http://localhost:4566/{pool}"), format!("https://cognito-idp.eu-west-1.amazonaws.com/{pool}"));
    assert_eq!(keys.issuer(pool), own);
    assert!(keys.is_issuer(pool, &own) && keys.is_issuer(pool, &aws));
    for no in ["", "http://localhost:4566/eu-west-1_other", &format!("{own}/"), &format!("{aws}.evil.example")] {
        assert!(!keys.is_issuer(pool, no), "{no}");
    }
    let aws_form = World::over(world.store.clone(), Config { issuer_form: IssuerForm::Aws, ..config() });
    assert_eq!(aws_form.service.keys().issuer(pool), aws);
}

#[tokio::test]
async fn discovery_stands_in_cognitos_order() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let bare = published(&world, &pool, "openid-configuration").await;
    assert_eq!(
        bare.to_string(),
        format!(
            r#"{{"id_token_signing_alg_values_supported":["RS256"],"issuer":"http://localhost:4566/{pool}","jwks_uri":"http://localhost:4566/{pool}/.well-known/jwks.json","response_types_supported":["code","token"],"scopes_supported":["openid","email","phone","profile"],"subject_types_supported":["public"]}}"#
        )
    );
    world.ok("CreateUserPoolDomain", json!({"UserPoolId": pool, "Domain": "demo"})).await;
    let full = published(&world, &pool, "openid-configuration").await;
    let names: Vec<_> = full.as_object().unwrap().keys().map(String::as_str).collect();
    let (cognitos, ours) = names.split_at(12);
    assert_eq!(
        cognitos,
        [
            "authorization_endpoint",
            "end_session_endpoint",
            "id_token_signing_alg_values_supported",
            "issuer",
            "jwks_uri",
            "response_types_supported",
            "revocation_endpoint",
            "scopes_supported",
            "subject_types_supported",
            "token_endpoint",
            "token_endpoint_auth_methods_supported",
            "userinfo_endpoint"
        ]
    );
    assert!(ours.contains(&"introspection_endpoint") && ours.contains(&"code_challenge_methods_supported"));
    let metadata = published(&world, &pool, "oauth-authorization-server").await;
    assert_eq!(metadata, full);
    assert_eq!(full["authorization_endpoint"], "http://demo.auth.eu-west-1.localhost:4566/oauth2/authorize");
    assert_eq!(full["userinfo_endpoint"], "http://demo.auth.eu-west-1.localhost:4566/oauth2/userInfo");
    let jwks = published(&world, &pool, "jwks.json").await;
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    assert_eq!((&keys[0]["alg"], &keys[0]["e"], &keys[0]["use"]), (&json!("RS256"), &json!("AQAB"), &json!("sig")));
    assert!(world.service.well_known(&pool, "other").await.is_none());
    assert!(world.service.well_known("eu-west-1_none", "jwks.json").await.is_none());
}

#[tokio::test]
async fn what_a_pool_signs_its_verifying_key_accepts() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let keys = world.service.keys().signing(&pool).await.unwrap();
    let key: &SigningKey = &keys.access;
    let token = key.sign(&json!({"sub": "x"})).unwrap();
    let mut set = jose::KeySet::new();
    set.insert(world.service.keys().verifying(&pool, key.kid()).unwrap()).unwrap();
    assert_eq!(jose::verify(&token, &set).unwrap().str("sub"), Some("x"));
}
