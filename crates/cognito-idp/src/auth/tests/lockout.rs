use serde_json::json;

use super::{Lab, OTHER, PASSWORD, ROUNDS};

const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";
const LOCKED: &str = "NotAuthorizedException: Password attempts exceeded";

#[tokio::test]
async fn attack_69_five_failures_lock_the_name_even_for_the_right_password() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for _ in 0..5 {
        assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
    }
    let evaluated = lab.evaluations();
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, LOCKED);
    assert_eq!(lab.evaluations(), evaluated, "a locked name costs no hash");
    lab.advance_s(1);
    assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
    lab.advance_s(1);
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, LOCKED, "the second lock is twice as long");
    lab.advance_s(1);
    lab.sign_in("alice", PASSWORD).await;
    assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG, "success forgets the failures");
    lab.sign_in("alice", PASSWORD).await;
}

#[tokio::test]
async fn attack_69_locks_grow_to_a_quarter_of_an_hour_and_are_forgotten_after_it() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for _ in 0..4 {
        assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
    }
    for lock in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] {
        assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
        lab.advance_s(lock - 1);
        assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, LOCKED, "{lock}");
        lab.advance_s(1);
    }
    assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
    lab.advance_s(899);
    assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, LOCKED);
    lab.advance_s(1);
    for _ in 0..5 {
        assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG, "a quiet quarter forgets");
    }
}

#[tokio::test]
async fn attack_70_all_flows_and_change_password_share_one_counter() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let signed_in = lab.sign_in("alice", PASSWORD).await;
    let mut admin = lab.login("alice", "wrong");
    admin["UserPoolId"] = json!(lab.pool);
    admin["AuthFlow"] = json!("ADMIN_USER_PASSWORD_AUTH");
    let change = json!({ "AccessToken": signed_in.access, "PreviousPassword": "wrong", "ProposedPassword": OTHER });
    for _ in 0..2 {
        assert_eq!(lab.sign_in_refused("alice", "wrong").await, WRONG);
        assert_eq!(lab.refused("AdminInitiateAuth", admin.clone()).await, WRONG);
    }
    assert_eq!(lab.refused("ChangePassword", change.clone()).await, WRONG);
    assert_eq!(lab.sign_in_refused("ALICE", PASSWORD).await, LOCKED);
    assert_eq!(lab.refused("AdminInitiateAuth", admin).await, LOCKED);
    assert_eq!(lab.refused("ChangePassword", change).await, LOCKED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attack_73_parallel_guesses_never_pass_the_limit() {
    let lab = Lab::new().await;
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        lab.user(&name).await;
        let before = lab.evaluations();
        let outcomes = lab.at_once(32, "InitiateAuth", &lab.login(&name, "wrong")).await;
        let evaluated = lab.evaluations() - before;
        assert!((1..=5).contains(&evaluated), "round {round}: {evaluated} guesses were evaluated");
        let wrong = outcomes
            .iter()
            .filter(|outcome| outcome.as_ref().is_err_and(|error| error.message == "Incorrect username or password."));
        assert_eq!(u64::try_from(wrong.count()).unwrap(), evaluated);
        assert!(outcomes.iter().all(Result::is_err));
        lab.advance_s(3600);
    }
}

#[tokio::test]
async fn names_without_a_user_are_locked_alike_where_existence_is_hidden() {
    let lab = Lab::hiding().await;
    for _ in 0..5 {
        assert_eq!(lab.sign_in_refused("nobody", "wrong").await, WRONG);
    }
    assert_eq!(lab.sign_in_refused("Nobody", "wrong").await, LOCKED);
}

#[tokio::test]
async fn a_reset_by_code_ends_the_lock() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for _ in 0..5 {
        lab.sign_in_refused("alice", "wrong").await;
    }
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let input = lab.about("alice", json!({ "ConfirmationCode": lab.code(), "Password": OTHER }));
    lab.ok("ConfirmForgotPassword", input).await;
    lab.sign_in("alice", OTHER).await;
}
