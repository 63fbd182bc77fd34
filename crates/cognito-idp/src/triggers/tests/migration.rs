use serde_json::{Value, json};

use super::{event, events, expected, lab, metadata, says, throws};
use crate::auth::tests::{OTHER, PASSWORD, attributes};

fn hiding() -> Value {
    json!({ "PreventUserExistenceErrors": "ENABLED" })
}

fn preset() -> Value {
    json!({
        "userAttributes": null, "finalUserStatus": null, "messageAction": null,
        "desiredDeliveryMediums": null, "forceAliasCreation": null, "enableSMSMFA": null,
    })
}

fn alice() -> Value {
    json!({
        "userAttributes": { "email": "alice@example.com", "email_verified": "true" },
        "finalUserStatus": "CONFIRMED",
        "messageAction": "SUPPRESS",
    })
}

#[tokio::test]
async fn a_stranger_who_is_known_elsewhere_moves_in() {
    let lab = lab(&["UserMigration"], json!({})).await;
    says(&lab, "UserMigration", alice());
    let mut input = lab.login("alice", PASSWORD);
    input["ClientMetadata"] = metadata();
    lab.ok("InitiateAuth", input).await;
    let request = json!({ "password": PASSWORD, "validationData": metadata(), "clientMetadata": metadata() });
    assert_eq!(event(&lab), expected(&lab, "UserMigration_Authentication", "alice", request, preset()));
    lab.sign_in("alice", PASSWORD).await;
    assert_eq!(events(&lab), Vec::<Value>::new(), "once");
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!((&user["UserStatus"], attributes(&user)["email_verified"].as_str()), (&json!("CONFIRMED"), "true"));
    assert_eq!(lab.messages(), 0);
}

#[tokio::test]
async fn without_a_final_status_a_new_password_is_wanted() {
    let lab = lab(&["UserMigration"], json!({})).await;
    says(&lab, "UserMigration", json!({ "userAttributes": { "email": "alice@example.com" } }));
    let refused = lab.sign_in_refused("alice", PASSWORD).await;
    assert_eq!(refused, "PasswordResetRequiredException: Password reset required for the user");
}

#[tokio::test]
async fn a_stranger_who_forgot_the_password_moves_in_too() {
    let lab = lab(&["UserMigration"], hiding()).await;
    says(&lab, "UserMigration", alice());
    lab.ok("ForgotPassword", lab.about("alice", json!({ "ClientMetadata": metadata() }))).await;
    let request = json!({ "validationData": metadata(), "clientMetadata": metadata() });
    assert_eq!(event(&lab), expected(&lab, "UserMigration_ForgotPassword", "alice", request, preset()));
    let reset = json!({ "ConfirmationCode": lab.code(), "Password": OTHER });
    lab.ok("ConfirmForgotPassword", lab.about("alice", reset)).await;
    lab.sign_in("alice", OTHER).await;
}

#[tokio::test]
async fn a_stranger_unknown_everywhere_is_refused_as_ever() {
    let lab = lab(&["UserMigration"], hiding()).await;
    throws(&lab, "UserMigration", "Bad password");
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    let before = lab.evaluations();
    assert_eq!(lab.sign_in_refused("ghost", PASSWORD).await, wrong);
    assert_eq!(lab.evaluations() - before, 1);
    let sent = lab.ok("ForgotPassword", lab.about("ghost", json!({}))).await;
    assert_eq!(sent["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
    assert_eq!(lab.messages(), 0);
    assert_eq!(lab.ok("ListUsers", json!({ "UserPoolId": lab.pool })).await["Users"], json!([]));
}

#[tokio::test]
async fn passwords_cannot_be_guessed_through_migration() {
    for client in [json!({}), hiding()] {
        let lab = lab(&["UserMigration"], client).await;
        throws(&lab, "UserMigration", "Bad password");
        for _ in 0..5 {
            lab.sign_in_refused("alice", "wrong").await;
        }
        events(&lab);
        let locked = "NotAuthorizedException: Password attempts exceeded";
        assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, locked);
        assert_eq!(events(&lab), Vec::<Value>::new(), "the function is not asked");
    }
}

#[tokio::test]
async fn attributes_of_a_migrated_user_keep_the_schema_and_take_nobodys_name() {
    let lab = lab(&["UserMigration"], json!({})).await;
    says(&lab, "UserMigration", json!({ "userAttributes": { "custom:none": "1" }, "finalUserStatus": "CONFIRMED" }));
    let refused = lab.sign_in_refused("alice", PASSWORD).await;
    assert!(refused.starts_with("InvalidParameterException: "), "{refused}");
    lab.user("bob").await;
    let taken = json!({ "userAttributes": { "username": "bob", "email": "m@example.com" } });
    says(&lab, "UserMigration", taken);
    assert_eq!(lab.sign_in_refused("mallory", PASSWORD).await, "UsernameExistsException: User already exists");
}
