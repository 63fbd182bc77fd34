//! Bounds and endings that are easily forgotten.

use serde_json::json;

use crate::auth::tests::{Lab, OTHER, PASSWORD, claims};

#[tokio::test]
async fn attack_72_names_nobody_has_fill_the_store_only_so_far() {
    let lab = Lab::hiding().await;
    for i in 0..300 {
        lab.ok("ForgotPassword", lab.about(&format!("made-up-{i}"), json!({}))).await;
    }
    for operation in ["ForgotPassword", "ResendConfirmationCode", "ConfirmSignUp", "ConfirmForgotPassword"] {
        let input = lab.about("made-up", json!({ "ConfirmationCode": "123456", "Password": PASSWORD }));
        let refusal = lab.refused(operation, input).await;
        assert_eq!(refusal, "TooManyRequestsException: Too many requests", "{operation}");
    }
    let mut elsewhere = lab.world.context(crate::testing::REGION);
    elsewhere.source_ip = "203.0.113.9".to_owned();
    let input = lab.about("made-up", json!({}));
    assert!(lab.world.call_as(&elsewhere, "ForgotPassword", input).await.is_ok());
    lab.advance_s(15 * 60);
    lab.ok("ForgotPassword", lab.about("made-up", json!({}))).await;
}

#[tokio::test]
async fn attack_92_a_reset_code_dies_with_the_password_it_was_to_replace() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    lab.advance_s(1);
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let code = lab.code();
    lab.advance_s(1);
    let change = json!({ "AccessToken": tokens.access, "PreviousPassword": PASSWORD, "ProposedPassword": OTHER });
    lab.ok("ChangePassword", change).await;
    let reset = lab.about("alice", json!({ "ConfirmationCode": code, "Password": "Th1rd-P@ssword" }));
    assert_eq!(
        lab.refused("ConfirmForgotPassword", reset).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
    lab.sign_in("alice", OTHER).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let reset = lab.about("alice", json!({ "ConfirmationCode": lab.code(), "Password": "Th1rd-P@ssword" }));
    lab.ok("ConfirmForgotPassword", reset).await;
}

#[tokio::test]
async fn a_token_full_of_groups_is_still_taken() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for i in 0..100 {
        let name = format!("{i:03}-{}", "g".repeat(124));
        lab.ok("CreateGroup", json!({ "UserPoolId": lab.pool, "GroupName": name })).await;
        lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": name })).await;
    }
    let tokens = lab.sign_in("alice", PASSWORD).await;
    assert!(
        tokens.access.len() > 16 * 1024 && claims(&tokens.access)["cognito:groups"].as_array().unwrap().len() == 100
    );
    assert_eq!(lab.get_user(&tokens.access).await["Username"], "alice");
}

#[tokio::test]
async fn attack_61_made_up_key_names_read_the_store_once_in_a_while() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let tokens = lab.sign_in("alice", PASSWORD).await;
    let keys = lab.world.service.keys();
    assert!(keys.reload_for_unknown(&lab.pool, lab.world.service.now()).await.unwrap());
    assert!(!keys.reload_for_unknown(&lab.pool, lab.world.service.now()).await.unwrap());
    lab.advance_s(11);
    assert!(keys.reload_for_unknown(&lab.pool, lab.world.service.now()).await.unwrap());
    assert_eq!(lab.get_user(&tokens.access).await["Username"], "alice");
}
