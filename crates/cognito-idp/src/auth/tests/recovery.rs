use serde_json::json;

use super::{Lab, OTHER, PASSWORD, attributes};

fn reset(lab: &Lab, name: &str, code: &str, password: &str) -> serde_json::Value {
    lab.about(name, json!({ "ConfirmationCode": code, "Password": password }))
}

#[tokio::test]
pub async fn a_forgotten_password_is_reset_by_code_and_ends_all_tokens() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let before = lab.sign_in("alice", PASSWORD).await;
    let answer = lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let delivery = json!({ "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***" });
    assert_eq!(answer, json!({ "CodeDeliveryDetails": delivery }));
    lab.sign_in("alice", PASSWORD).await;
    let code = lab.code();
    assert_eq!(
        lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &code, "short")).await,
        "InvalidPasswordException: Password did not conform with policy: Password not long enough"
    );
    assert_eq!(lab.ok("ConfirmForgotPassword", reset(&lab, "alice", &code, OTHER)).await, json!({}));
    assert!(lab.sign_in_refused("alice", PASSWORD).await.contains("Incorrect"));
    lab.sign_in("alice", OTHER).await;
    assert_eq!(lab.get_user_refused(&before.access).await, "NotAuthorizedException: Access Token has been revoked");
    assert_eq!(lab.refresh_refused(&before.refresh).await, "NotAuthorizedException: Refresh Token has been revoked");
}

#[tokio::test]
async fn a_reset_code_lives_for_an_hour() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    lab.advance_s(3600);
    assert_eq!(
        lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &lab.code(), OTHER)).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
}

#[tokio::test]
async fn attack_92_a_reset_code_to_a_former_address_is_worth_nothing() {
    for lab in [Lab::new().await, Lab::hiding().await] {
        lab.user("alice").await;
        lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
        let code = lab.code();
        let moved =
            json!([{ "Name": "email", "Value": "new@example.com" }, { "Name": "email_verified", "Value": "true" }]);
        lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": moved })).await;
        assert_eq!(
            lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &code, OTHER)).await,
            "ExpiredCodeException: Invalid code provided, please request a code again."
        );
        lab.sign_in("alice", PASSWORD).await;
        lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
        lab.ok("ConfirmForgotPassword", reset(&lab, "alice", &lab.code(), OTHER)).await;
    }
}

#[tokio::test]
async fn a_reset_needs_a_proven_address_and_a_password_to_reset() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let unverified = json!([{ "Name": "email_verified", "Value": "false" }]);
    lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": unverified })).await;
    let nowhere = "InvalidParameterException: Cannot reset password for the user as there is no registered/verified \
                   email or phone_number";
    assert_eq!(lab.refused("ForgotPassword", lab.about("alice", json!({}))).await, nowhere);
    assert_eq!(lab.admin_refused("AdminResetUserPassword", "alice", json!({})).await, nowhere);
    lab.admin("AdminCreateUser", "bob", json!({})).await;
    let state = "NotAuthorizedException: User password cannot be reset in the current state.";
    assert_eq!(lab.refused("ForgotPassword", lab.about("bob", json!({}))).await, state);
    assert_eq!(lab.admin_refused("AdminResetUserPassword", "bob", json!({})).await, state);
    lab.sign_up("carol").await;
    assert_eq!(lab.admin_refused("AdminResetUserPassword", "carol", json!({})).await, state);
    lab.user("dave").await;
    lab.admin("AdminDisableUser", "dave", json!({})).await;
    assert_eq!(
        lab.refused("ForgotPassword", lab.about("dave", json!({}))).await,
        "NotAuthorizedException: User is disabled."
    );
    assert_eq!(
        lab.refused("ConfirmForgotPassword", reset(&lab, "dave", "123456", OTHER)).await,
        "NotAuthorizedException: User is disabled."
    );
}

#[tokio::test]
async fn a_reset_by_an_administrator_needs_the_code() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let before = lab.sign_in("alice", PASSWORD).await;
    lab.admin("AdminResetUserPassword", "alice", json!({})).await;
    assert_eq!(lab.admin("AdminGetUser", "alice", json!({})).await["UserStatus"], "RESET_REQUIRED");
    assert_eq!(lab.refresh_refused(&before.refresh).await, "NotAuthorizedException: Refresh Token has been revoked");
    lab.ok("ConfirmForgotPassword", reset(&lab, "alice", &lab.code(), OTHER)).await;
    assert_eq!(lab.admin("AdminGetUser", "alice", json!({})).await["UserStatus"], "CONFIRMED");
    lab.sign_in("alice", OTHER).await;
}

#[tokio::test]
async fn the_pool_says_where_a_reset_code_goes() {
    let both = |recovery: serde_json::Value| json!({ "AccountRecoverySetting": { "RecoveryMechanisms": recovery } });
    let email_first =
        json!([{ "Name": "verified_phone_number", "Priority": 2 }, { "Name": "verified_email", "Priority": 1 }]);
    for (pool, expected) in [(json!({}), "+*******4567"), (both(email_first), "a***@e***")] {
        let lab = Lab::with(pool, json!({})).await;
        lab.user("alice").await;
        let phone = json!([{ "Name": "phone_number", "Value": "+15551234567" }, { "Name": "phone_number_verified", "Value": "true" }]);
        lab.admin("AdminUpdateUserAttributes", "alice", json!({ "UserAttributes": phone })).await;
        let answer = lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
        assert_eq!(answer["CodeDeliveryDetails"]["Destination"], expected);
    }
    let lab = Lab::with(both(json!([{ "Name": "admin_only", "Priority": 1 }])), json!({})).await;
    assert_eq!(
        lab.refused("ForgotPassword", lab.about("anybody", json!({}))).await,
        "NotAuthorizedException: Contact administrator to reset password."
    );
}

#[tokio::test]
pub async fn resets_are_limited_by_the_hour() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    for _ in 0..20 {
        lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    }
    let limit = "LimitExceededException: Attempt limit exceeded, please try after some time.";
    assert_eq!(lab.refused("ForgotPassword", lab.about("alice", json!({}))).await, limit);
    assert_eq!(lab.refused("ConfirmForgotPassword", reset(&lab, "alice", "123456", OTHER)).await, limit);
    lab.advance_s(3600);
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
}

#[tokio::test]
pub async fn change_password_wants_the_old_one_and_keeps_the_callers_session_alone() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let (mine, elsewhere) = (lab.sign_in("alice", PASSWORD).await, lab.sign_in("alice", PASSWORD).await);
    let change = |previous: &str, proposed: &str| json!({ "AccessToken": mine.access, "PreviousPassword": previous, "ProposedPassword": proposed });
    assert_eq!(
        lab.refused("ChangePassword", change("wrong", OTHER)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    assert_eq!(
        lab.refused("ChangePassword", change(PASSWORD, "nosymbol1A")).await,
        "InvalidPasswordException: Password did not conform with policy: Password must have symbol characters"
    );
    assert_eq!(lab.ok("ChangePassword", change(PASSWORD, OTHER)).await, json!({}));
    lab.get_user(&mine.access).await;
    lab.ok("InitiateAuth", lab.refresh_input(&mine.refresh)).await;
    assert_eq!(lab.get_user_refused(&elsewhere.access).await, "NotAuthorizedException: Access Token has been revoked");
    assert_eq!(lab.refresh_refused(&elsewhere.refresh).await, "NotAuthorizedException: Refresh Token has been revoked");
    lab.sign_in("alice", OTHER).await;
    for (old, new) in [(OTHER, PASSWORD), (PASSWORD, OTHER)] {
        lab.ok("ChangePassword", change(old, new)).await;
    }
    assert_eq!(
        lab.refused("ChangePassword", change(OTHER, PASSWORD)).await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
}

#[tokio::test]
pub async fn former_passwords_do_not_come_again_where_the_pool_says_so() {
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 2 } });
    let lab = Lab::with(json!({ "Policies": policy, "UserPoolTier": "ESSENTIALS" }), json!({})).await;
    lab.user("alice").await;
    let mine = lab.sign_in("alice", PASSWORD).await;
    let change = |previous: &str, proposed: &str| json!({ "AccessToken": mine.access, "PreviousPassword": previous, "ProposedPassword": proposed });
    let history = "PasswordHistoryPolicyViolationException: Password has been used previously.";
    assert_eq!(lab.refused("ChangePassword", change(PASSWORD, PASSWORD)).await, history);
    lab.ok("ChangePassword", change(PASSWORD, OTHER)).await;
    assert_eq!(lab.refused("ChangePassword", change(OTHER, PASSWORD)).await, history);
    let set = json!({ "Password": PASSWORD, "Permanent": true });
    assert_eq!(lab.admin_refused("AdminSetUserPassword", "alice", set).await, history);
    lab.ok("ChangePassword", change(OTHER, "Th1rd-one!")).await;
    lab.ok("ChangePassword", change("Th1rd-one!", PASSWORD)).await;
}

#[tokio::test]
pub async fn administrators_set_passwords_for_good_or_for_once() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let before = lab.sign_in("alice", PASSWORD).await;
    assert_eq!(
        lab.admin_refused("AdminSetUserPassword", "alice", json!({ "Password": "short" })).await,
        "InvalidPasswordException: Password did not conform with password policy: Password not long enough"
    );
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": OTHER })).await;
    assert_eq!(lab.get_user_refused(&before.access).await, "NotAuthorizedException: Access Token has been revoked");
    let challenge = lab.ok("InitiateAuth", lab.login("alice", OTHER)).await;
    assert_eq!(challenge["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": PASSWORD, "Permanent": true })).await;
    lab.sign_in("alice", PASSWORD).await;
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(attributes(&user)["email_verified"], "true");
}

#[tokio::test]
async fn attack_088_no_step_of_a_reset_is_skipped() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.user("bob").await;
    // No code was asked for.
    for code in ["", "0", "000000", "null"] {
        let refused = lab.refused("ConfirmForgotPassword", reset(&lab, "alice", code, OTHER)).await;
        assert!(refused.starts_with("ExpiredCodeException") || refused.starts_with("InvalidParameter"), "{refused}");
    }
    // Neither another's code, nor one for another purpose.
    lab.ok("ForgotPassword", lab.about("bob", json!({}))).await;
    let refused = lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &lab.code(), OTHER)).await;
    assert!(refused.starts_with("ExpiredCodeException"), "{refused}");
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("GetUserAttributeVerificationCode", json!({ "AccessToken": access, "AttributeName": "email" })).await;
    let refused = lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &lab.code(), OTHER)).await;
    assert!(refused.starts_with("ExpiredCodeException"), "{refused}");
    lab.sign_in("alice", PASSWORD).await;
    // Who must reset does not get round it: not by the old password, and not by a code to an address of their own.
    lab.admin("AdminResetUserPassword", "alice", json!({})).await;
    let code = lab.code();
    assert!(lab.sign_in_refused("alice", PASSWORD).await.starts_with("PasswordResetRequiredException"));
    let moved = json!({ "UserAttributes": [{ "Name": "email", "Value": "evil@example.com" }] });
    lab.admin("AdminUpdateUserAttributes", "alice", moved).await;
    let refused = lab.refused("ConfirmForgotPassword", reset(&lab, "alice", &code, OTHER)).await;
    assert!(refused.starts_with("ExpiredCodeException"), "{refused}");
    let nowhere = lab.refused("ForgotPassword", lab.about("alice", json!({}))).await;
    assert!(nowhere.starts_with("InvalidParameterException: Cannot reset password"), "{nowhere}");
}
