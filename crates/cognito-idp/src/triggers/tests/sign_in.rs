use aws_types::Secret;
use serde_json::{Value, json};

use super::{attributes_of, event, events, expected, lab, metadata, throws};
use crate::auth::tests::PASSWORD;

#[tokio::test]
async fn authentication_triggers_are_told_who_comes() {
    let lab = lab(&["PreAuthentication", "PostAuthentication"], json!({})).await;
    lab.user("alice").await;
    let mut input = lab.login("alice", PASSWORD);
    input["ClientMetadata"] = metadata();
    lab.ok("InitiateAuth", input).await;
    let told = events(&lab);
    let attributes = attributes_of(&lab, "alice").await;
    let request = json!({ "userAttributes": attributes, "validationData": metadata(), "userNotFound": false });
    assert_eq!(told[0], expected(&lab, "PreAuthentication_Authentication", "alice", request, json!({})));
    let request = json!({ "userAttributes": attributes, "newDeviceUsed": false });
    assert_eq!(told[1], expected(&lab, "PostAuthentication_Authentication", "alice", request, json!({})));
    assert_eq!(told.len(), 2);
    lab.sign_in_refused("alice", "wrong").await;
    assert_eq!(event(&lab)["triggerSource"], "PreAuthentication_Authentication");
}

#[tokio::test]
async fn attack_84_a_function_that_throws_lets_nobody_in() {
    for trigger in ["PreAuthentication", "PostAuthentication"] {
        let lab = lab(&[trigger], json!({})).await;
        lab.user("alice").await;
        throws(&lab, trigger, "Not today");
        let refused = format!("UserLambdaValidationException: {trigger} failed with error Not today.");
        let before = lab.evaluations();
        assert_eq!(lab.sign_in_refused("alice", PASSWORD).await, refused);
        let judged = if trigger == "PreAuthentication" { 0 } else { 1 };
        assert_eq!(lab.evaluations() - before, judged, "{trigger}");
        let page = lab.port().sign_in(lab.flow(), "alice", &Secret::new(PASSWORD.to_owned())).await;
        assert_eq!(page.unwrap_err().to_string(), refused, "{trigger}");
    }
}

#[tokio::test]
async fn somebody_who_does_not_exist_looks_like_somebody_who_does() {
    let hiding = json!({ "PreventUserExistenceErrors": "ENABLED" });
    let lab = lab(&["PreAuthentication"], hiding).await;
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    assert_eq!(lab.sign_in_refused("ghost", PASSWORD).await, wrong);
    let request = json!({ "userAttributes": {}, "validationData": {}, "userNotFound": true });
    assert_eq!(event(&lab), expected(&lab, "PreAuthentication_Authentication", "ghost", request, json!({})));
    let srp = json!({ "USERNAME": "ghost", "SRP_A": ::srp::client::srp_a() });
    let input = json!({ "ClientId": lab.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": srp });
    lab.ok("InitiateAuth", input.clone()).await;
    assert_eq!(event(&lab)["request"]["userNotFound"], true);
    throws(&lab, "PreAuthentication", "Blocked");
    let refused = "UserLambdaValidationException: PreAuthentication failed with error Blocked.";
    assert_eq!(lab.sign_in_refused("ghost", PASSWORD).await, refused);
    assert_eq!(lab.refused("InitiateAuth", input).await, refused);
}

#[tokio::test]
async fn a_telling_client_asks_no_function_about_nobody() {
    let lab = lab(&["PreAuthentication"], json!({})).await;
    assert_eq!(lab.sign_in_refused("ghost", PASSWORD).await, "UserNotFoundException: User does not exist.");
    assert_eq!(events(&lab), Vec::<Value>::new());
}
