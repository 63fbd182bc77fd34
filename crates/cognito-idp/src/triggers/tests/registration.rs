use serde_json::{Value, json};

use super::{answers, attributes_of, event, events, expected, lab, metadata, says, throws};
use crate::auth::tests::{Lab, PASSWORD, attributes};

fn sign_up(lab: &Lab, name: &str) -> Value {
    let email = json!([{ "Name": "email", "Value": format!("{name}@example.com") }]);
    lab.about(name, json!({ "Password": PASSWORD, "UserAttributes": email }))
}

#[tokio::test]
async fn pre_sign_up_is_told_what_was_given() {
    let lab = lab(&["PreSignUp"], json!({})).await;
    let mut input = sign_up(&lab, "alice");
    input["ValidationData"] = json!([{ "Name": "captcha", "Value": "42" }]);
    input["ClientMetadata"] = metadata();
    assert_eq!(lab.ok("SignUp", input).await["UserConfirmed"], false);
    let request = json!({
        "userAttributes": { "email": "alice@example.com" },
        "validationData": { "captcha": "42" },
        "clientMetadata": metadata(),
    });
    let response = json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false });
    assert_eq!(event(&lab), expected(&lab, "PreSignUp_SignUp", "alice", request, response.clone()));
    lab.admin("AdminCreateUser", "bob", json!({})).await;
    let mut told = expected(
        &lab,
        "PreSignUp_AdminCreateUser",
        "bob",
        json!({ "userAttributes": {}, "validationData": null }),
        response,
    );
    told["callerContext"]["clientId"] = json!("CLIENT_ID_NOT_APPLICABLE");
    assert_eq!(event(&lab), told);
}

#[tokio::test]
async fn pre_sign_up_confirms_and_vouches() {
    let lab = lab(&["PreSignUp", "PostConfirmation"], json!({})).await;
    says(&lab, "PreSignUp", json!({ "autoConfirmUser": true, "autoVerifyEmail": true }));
    let mut input = sign_up(&lab, "alice");
    input["ClientMetadata"] = metadata();
    let answer = lab.ok("SignUp", input).await;
    assert_eq!(answer["UserConfirmed"], true);
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert_eq!(lab.messages(), 0);
    let told = events(&lab).remove(1);
    let request = json!({ "userAttributes": attributes_of(&lab, "alice").await, "clientMetadata": metadata() });
    assert_eq!(told, expected(&lab, "PostConfirmation_ConfirmSignUp", "alice", request, json!({})));
    lab.sign_in("alice", PASSWORD).await;
    let user = lab.admin("AdminGetUser", "alice", json!({})).await;
    assert_eq!(attributes(&user)["email_verified"], "true");
}

#[tokio::test]
async fn pre_sign_up_cannot_vouch_for_what_is_not_there() {
    let lab = lab(&["PreSignUp"], json!({})).await;
    says(&lab, "PreSignUp", json!({ "autoVerifyPhone": true }));
    let refused = lab.refused("SignUp", sign_up(&lab, "alice")).await;
    assert!(refused.starts_with("InvalidParameterException: Phone Number is required"), "{refused}");
    says(&lab, "PreSignUp", json!({ "autoConfirmUser": true, "autoVerifyPhone": true }));
    let user = lab.admin("AdminCreateUser", "bob", json!({})).await;
    assert_eq!(user["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD", "an administrator's user is not confirmed");
}

#[tokio::test]
async fn a_refused_person_leaves_nothing_behind() {
    let lab = lab(&["PreSignUp"], json!({})).await;
    throws(&lab, "PreSignUp", "Too young");
    let refused = "UserLambdaValidationException: PreSignUp failed with error Too young.";
    assert_eq!(lab.refused("SignUp", sign_up(&lab, "alice")).await, refused);
    assert_eq!(lab.admin_refused("AdminCreateUser", "alice", json!({})).await, refused);
    assert_eq!(lab.ok("ListUsers", json!({ "UserPoolId": lab.pool })).await["Users"], json!([]));
    assert_eq!(lab.messages(), 0);
    answers(&lab, "PreSignUp", |_| {});
    lab.ok("SignUp", sign_up(&lab, "alice")).await;
}

#[tokio::test]
async fn a_confirmation_stands_though_its_function_fails() {
    let lab = lab(&["PostConfirmation"], json!({})).await;
    throws(&lab, "PostConfirmation", "No");
    let refused = "UserLambdaValidationException: PostConfirmation failed with error No.";
    lab.sign_up("alice").await;
    let confirm = lab.about("alice", json!({ "ConfirmationCode": lab.code(), "ClientMetadata": metadata() }));
    assert_eq!(lab.refused("ConfirmSignUp", confirm).await, refused);
    assert_eq!(event(&lab)["triggerSource"], "PostConfirmation_ConfirmSignUp");
    lab.sign_in("alice", PASSWORD).await;
    lab.sign_up("bob").await;
    assert_eq!(lab.admin_refused("AdminConfirmSignUp", "bob", json!({})).await, refused);
    assert_eq!(event(&lab)["callerContext"]["clientId"], "CLIENT_ID_NOT_APPLICABLE");
    lab.sign_in("bob", PASSWORD).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let reset = json!({ "ConfirmationCode": lab.code(), "Password": "N3w-P@ssw0rd", "ClientMetadata": metadata() });
    assert_eq!(lab.refused("ConfirmForgotPassword", lab.about("alice", reset)).await, refused);
    let request = json!({ "userAttributes": attributes_of(&lab, "alice").await, "clientMetadata": metadata() });
    assert_eq!(event(&lab), expected(&lab, "PostConfirmation_ConfirmForgotPassword", "alice", request, json!({})));
    lab.sign_in("alice", "N3w-P@ssw0rd").await;
}
