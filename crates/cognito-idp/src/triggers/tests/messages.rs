use serde_json::json;

use super::{attributes_of, event, events, expected, lab, metadata, says};
use crate::auth::tests::{Lab, PASSWORD};

fn newest(lab: &Lab) -> (String, String) {
    let message = lab.world.inbox.newest(1, |_| true).remove(0);
    (message.subject, message.body)
}

#[tokio::test]
async fn custom_message_is_told_what_is_sent_and_writes_it() {
    let lab = lab(&["CustomMessage"], json!({})).await;
    says(&lab, "CustomMessage", json!({ "emailMessage": "<b>{####}</b>", "emailSubject": "Hi" }));
    let email = json!([{ "Name": "email", "Value": "alice@example.com" }]);
    let input = json!({ "Password": PASSWORD, "UserAttributes": email, "ClientMetadata": metadata() });
    lab.ok("SignUp", lab.about("alice", input)).await;
    assert_eq!(newest(&lab), ("Hi".to_owned(), format!("<b>{}</b>", lab.code())));
    let request = json!({
        "userAttributes": attributes_of(&lab, "alice").await,
        "codeParameter": "{####}",
        "linkParameter": "{##Click Here##}",
        "usernameParameter": null,
        "clientMetadata": metadata(),
    });
    let response = json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null });
    assert_eq!(event(&lab), expected(&lab, "CustomMessage_SignUp", "alice", request, response));
}

#[tokio::test]
async fn every_message_has_its_source() {
    let lab = lab(&["CustomMessage"], json!({})).await;
    lab.sign_up("alice").await;
    lab.ok("ResendConfirmationCode", lab.about("alice", json!({}))).await;
    lab.ok("ConfirmSignUp", lab.about("alice", json!({ "ConfirmationCode": lab.code() }))).await;
    lab.ok("ForgotPassword", lab.about("alice", json!({}))).await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    let email = json!([{ "Name": "email", "Value": "new@example.com" }]);
    lab.ok("UpdateUserAttributes", json!({ "AccessToken": access, "UserAttributes": email })).await;
    let ask = json!({ "AccessToken": access, "AttributeName": "email" });
    lab.ok("GetUserAttributeVerificationCode", ask).await;
    lab.admin("AdminCreateUser", "bob", json!({ "UserAttributes": email })).await;
    let told = events(&lab);
    let sources: Vec<&str> = told.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let expected = ["SignUp", "ResendCode", "ForgotPassword", "UpdateUserAttribute", "VerifyUserAttribute"];
    let expected: Vec<String> =
        expected.iter().chain(&["AdminCreateUser"]).map(|source| format!("CustomMessage_{source}")).collect();
    assert_eq!(sources, expected);
    assert_eq!(told[3]["request"]["userAttributes"]["email"], "new@example.com");
    assert_eq!(told[5]["request"]["usernameParameter"], "{username}");
}

#[tokio::test]
async fn attack_100_a_text_without_the_place_of_the_code_is_refused() {
    let lab = lab(&["CustomMessage"], json!({})).await;
    let refused = "InvalidLambdaResponseException: Unrecognizable lambda output";
    let long = "x".repeat(20_000);
    let texts = [
        json!({ "emailMessage": "no code" }),
        json!({ "emailMessage": "{###}" }),
        json!({ "emailMessage": format!("{{####}}{long}") }),
        json!({ "smsMessage": "no code" }),
        json!({ "smsMessage": format!("{{####}}{}", "x".repeat(140)) }),
        json!({ "emailSubject": "a\r\nBcc: b@example.com" }),
        json!({ "emailSubject": "x".repeat(141) }),
    ];
    lab.user("alice").await;
    for text in texts {
        says(&lab, "CustomMessage", text.clone());
        assert_eq!(lab.refused("ForgotPassword", lab.about("alice", json!({}))).await, refused, "{text}");
        lab.advance_s(3600);
    }
    says(&lab, "CustomMessage", json!({ "emailMessage": "only {####}" }));
    let email = json!([{ "Name": "email", "Value": "bob@example.com" }]);
    let input = json!({ "UserAttributes": email });
    assert_eq!(lab.admin_refused("AdminCreateUser", "bob", input.clone()).await, refused, "and {{username}}");
    assert_eq!(lab.messages(), 0);
    says(&lab, "CustomMessage", json!({ "emailMessage": "{username}: {####}" }));
    lab.admin("AdminCreateUser", "bob", input).await;
    assert_eq!(newest(&lab).1, format!("bob: {}", lab.code()));
}
