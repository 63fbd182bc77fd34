use std::collections::BTreeMap;
use std::sync::Arc;

use aws_types::Secret;
use serde_json::json;

use super::{Lab, PASSWORD};
use crate::testing::{World, config};
use crate::{Config, HashParams};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_75_a_flood_of_sign_ins_is_refused_beyond_slots_and_queue() {
    let lab = Lab::new().await;
    for n in 0..8 {
        lab.user(&format!("user{n}")).await;
    }
    let hash = HashParams { memory_kib: 8 * 1024, iterations: 2, slots: 1, queue: 1 };
    let small = World::over(lab.world.store.clone(), Config { hash, ..config() });
    let (mut tasks, context) = (tokio::task::JoinSet::new(), small.context(crate::testing::REGION));
    for n in 0..64 {
        let (service, context) = (Arc::clone(&small.service), context.clone());
        let input = lab.login(&format!("user{}", n % 8), "wrong");
        tasks.spawn(async move { aws_types::Service::call(&*service, &context, "InitiateAuth", input, None).await });
    }
    let refusals: Vec<String> =
        tasks.join_all().await.into_iter().map(|outcome| outcome.unwrap_err().code.into_owned()).collect();
    assert!(refusals.iter().any(|code| code == "TooManyRequestsException"), "{refusals:?}");
    assert!(refusals.iter().any(|code| code == "NotAuthorizedException"), "{refusals:?}");
    lab.advance_s(3600);
    let later = small.call("InitiateAuth", lab.login("user0", "wrong")).await.unwrap_err();
    assert_eq!(&*later.code, "NotAuthorizedException", "the queue is free again");
}

#[tokio::test]
async fn attack_74_passwords_beyond_the_bounds_are_refused_whole() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let port = lab.port();
    let long = Secret::new("aA1!".repeat(65));
    let wide = Secret::new("P@ss w0rd-1".to_owned());
    for password in [&long, &wide] {
        let refused = port.sign_up(lab.flow(), "bob", password, BTreeMap::new()).await.unwrap_err();
        assert!(refused.message.contains("'password'"), "{refused:?}");
    }
    let megabyte = Secret::new("x".repeat(1 << 20));
    let before = lab.evaluations();
    assert!(port.sign_in(lab.flow(), "alice", &megabyte).await.unwrap_err().message.contains("Incorrect"));
    assert!(lab.evaluations() - before <= 1);
    let exact = Secret::new(format!("{PASSWORD}\0"));
    assert!(port.sign_in(lab.flow(), "alice", &exact).await.is_err());
}

#[tokio::test]
async fn attack_85_names_with_something_invisible_are_no_names() {
    let lab = Lab::new().await;
    let port = lab.port();
    for name in ["", "al ice", "alice\u{200b}", "\u{feff}alice", "alice\n", "a\u{202e}lice", &"a".repeat(129)] {
        let password = Secret::new(PASSWORD.to_owned());
        let refused = port.sign_up(lab.flow(), name, &password, BTreeMap::new()).await.unwrap_err();
        assert!(refused.message.contains("'username'"), "{name:?}: {refused:?}");
    }
    lab.sign_up(&"ä".repeat(60)).await;
}

#[tokio::test]
async fn attack_87_pools_do_not_share_users() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let other = lab.world.pool(json!({})).await;
    let client = lab.world.client(&other, json!({ "ExplicitAuthFlows": super::flows() })).await;
    let mut input = lab.login("alice", PASSWORD);
    input["ClientId"] = json!(client);
    assert_eq!(lab.refused("InitiateAuth", input).await, "UserNotFoundException: User does not exist.");
    lab.ok("AdminCreateUser", json!({ "UserPoolId": other, "Username": "alice" })).await;
    let mine = lab.sign_in("alice", PASSWORD).await;
    let mut refresh = lab.refresh_input(&mine.refresh);
    refresh["ClientId"] = json!(client);
    assert_eq!(lab.refused("InitiateAuth", refresh).await, "NotAuthorizedException: Invalid Refresh Token");
}

#[tokio::test]
async fn messages_are_filed_under_the_stored_username() {
    let lab =
        Lab::with(json!({ "UsernameAttributes": ["email"], "AutoVerifiedAttributes": ["email"] }), json!({})).await;
    let made = lab.admin("AdminCreateUser", "a@example.com", json!({})).await;
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    assert_eq!(message.user, made["User"]["Username"].as_str().unwrap());
    assert!(message.body.starts_with("Your username is a@example.com and"), "{}", message.body);
}
