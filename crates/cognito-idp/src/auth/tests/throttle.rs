//! Attack 72: wrong guesses over many names.

use std::sync::Arc;

use aws_types::Service;
use model_cognito_idp::errors::TOO_MANY_REQUESTS_EXCEPTION;
use serde_json::{Value, json};

use super::{Lab, PASSWORD, flows, tokens};
use crate::config::{Config, SignInLimits};
use crate::testing::{REGION, World, config};

const TOO_MANY: &str = "TooManyRequestsException: Too many requests";

/// Small bounds.
async fn lab(failures_per_address: u32, failures_per_pool: u32) -> Lab {
    let sign_in_limits = SignInLimits { failures_per_address, failures_per_pool, ..SignInLimits::default() };
    let store = store::Store::in_memory(store::MasterKey::from_bytes([7; 32])).unwrap();
    let world = World::over(store, Config { sign_in_limits, ..config() });
    let pool = world.pool(json!({})).await;
    let client = json!({ "ExplicitAuthFlows": flows(), "PreventUserExistenceErrors": "ENABLED" });
    let client = world.client(&pool, client).await;
    Lab { world, pool, client }
}

async fn try_from(lab: &Lab, address: &str, input: Value) -> Result<Value, String> {
    let context = aws_types::CallContext { source_ip: address.to_owned(), ..lab.world.context(REGION) };
    let called = lab.world.service.call(&context, "InitiateAuth", input, None).await;
    called.map(|answer| answer.output).map_err(|error| error.to_string())
}

#[tokio::test]
async fn attack_72_one_address_spraying_many_names_is_stopped_and_others_are_not() {
    let lab = lab(10, 1000).await;
    lab.user("alice").await;
    for n in 0..10 {
        let refused = try_from(&lab, "192.0.2.1", lab.login(&format!("user{n}"), "wrong")).await.unwrap_err();
        assert_eq!(refused, "NotAuthorizedException: Incorrect username or password.");
    }
    let evaluated = lab.evaluations();
    let right = lab.login("alice", PASSWORD);
    assert_eq!(try_from(&lab, "192.0.2.1", right.clone()).await.unwrap_err(), TOO_MANY);
    assert_eq!(lab.evaluations(), evaluated, "nothing is judged any more");
    tokens(&try_from(&lab, "192.0.2.2", right.clone()).await.unwrap());
    lab.advance_s(900);
    tokens(&try_from(&lab, "192.0.2.1", right).await.unwrap());
}

#[tokio::test]
async fn attack_72_an_ipv6_network_is_one_address() {
    let lab = lab(5, 1000).await;
    for n in 0..5 {
        let address = format!("2001:db8:0:1::{n}");
        try_from(&lab, &address, lab.login(&format!("user{n}"), "wrong")).await.unwrap_err();
    }
    let refused = |address: &'static str| try_from(&lab, address, lab.login("other", "wrong"));
    assert_eq!(refused("2001:db8:0:1:ffff::1").await.unwrap_err(), TOO_MANY);
    assert_ne!(refused("2001:db8:0:2::1").await.unwrap_err(), TOO_MANY);
}

#[tokio::test]
async fn attack_72_many_addresses_together_meet_the_pools_bound() {
    let lab = lab(1000, 12).await;
    lab.user("alice").await;
    for n in 0..12 {
        let address = format!("192.0.2.{n}");
        let refused = try_from(&lab, &address, lab.login(&format!("user{n}"), "wrong")).await.unwrap_err();
        assert_ne!(refused, TOO_MANY);
    }
    assert_eq!(try_from(&lab, "198.51.100.1", lab.login("alice", PASSWORD)).await.unwrap_err(), TOO_MANY);
    let pool = lab.world.pool(json!({})).await;
    let client = lab.world.client(&pool, json!({ "ExplicitAuthFlows": flows() })).await;
    let elsewhere = Lab { world: lab.world, pool, client };
    elsewhere.user("alice").await;
    elsewhere.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn right_passwords_do_not_count() {
    let lab = lab(2, 2).await;
    lab.user("alice").await;
    for _ in 0..10 {
        lab.sign_in("alice", PASSWORD).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_72_no_more_are_judged_however_many_come_at_once() {
    let lab = lab(10, 1000).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..32 {
        let (service, context) = (Arc::clone(&lab.world.service), lab.world.context(REGION));
        let input = lab.login(&format!("user{n}"), "wrong");
        tasks.spawn(async move { service.call(&context, "InitiateAuth", input, None).await });
    }
    let outcomes = tasks.join_all().await;
    let stopped =
        outcomes.iter().filter(|outcome| matches!(outcome, Err(error) if error.is(&TOO_MANY_REQUESTS_EXCEPTION)));
    assert_eq!(stopped.count(), 22);
    assert_eq!(lab.evaluations(), 10);
}
