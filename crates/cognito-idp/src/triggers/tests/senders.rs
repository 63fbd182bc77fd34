//! CustomEmailSender and CustomSMSSender.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use world::InvokeError;

use super::{arn, attributes_of, events, expected, lab_of, metadata};
use crate::auth::tests::{Lab, PASSWORD};
use crate::testing::KMS_KEY;
use crate::triggers::encryption_sdk::tests::decrypt;

async fn senders() -> Lab {
    let sender = |name: &str| json!({ "LambdaVersion": "V1_0", "LambdaArn": arn(name) });
    let config = json!({
        "CustomEmailSender": sender("CustomEmailSender"),
        "CustomSMSSender": sender("CustomSMSSender"),
        "CustomMessage": arn("CustomMessage"),
        "KMSKeyID": KMS_KEY,
    });
    let lab =
        lab_of(json!({ "LambdaConfig": config, "AutoVerifiedAttributes": ["email", "phone_number"] }), json!({})).await;
    for name in ["CustomEmailSender", "CustomSMSSender"] {
        super::answers(&lab, name, |_| {});
    }
    lab
}

/// Nobody waits for the function, so the test does.
async fn told(lab: &Lab) -> Vec<Value> {
    for _ in 0..1000 {
        let all = events(lab);
        if !all.is_empty() {
            return all;
        }
        tokio::task::yield_now().await;
    }
    panic!("nobody was told");
}

fn opened(lab: &Lab, event: &Value) -> String {
    let sealed = STANDARD.decode(event["request"]["code"].as_str().unwrap()).unwrap();
    let (name, context, plain) = decrypt(&[9; 32], &sealed).unwrap();
    assert_eq!(name, KMS_KEY);
    assert_eq!(context, [("userpool-id".to_owned(), lab.pool.clone())]);
    String::from_utf8(plain).unwrap()
}

async fn sign_up(lab: &Lab, name: &str, attribute: &str, value: &str) {
    let attributes = json!([{ "Name": attribute, "Value": value }]);
    let input = json!({ "Password": PASSWORD, "UserAttributes": attributes, "ClientMetadata": metadata() });
    lab.ok("SignUp", lab.about(name, input)).await;
}

#[tokio::test]
async fn a_custom_sender_is_told_the_code_encrypted_and_nothing_else_is_sent() {
    for (attribute, value, trigger, kind) in [
        ("email", "alice@example.com", "CustomEmailSender", "customEmailSenderRequestV1"),
        ("phone_number", "+491701234567", "CustomSMSSender", "customSMSSenderRequestV1"),
    ] {
        let lab = senders().await;
        sign_up(&lab, "alice", attribute, value).await;
        let all = told(&lab).await;
        assert_eq!(all.len(), 1, "CustomMessage is not asked");
        let request = json!({
            "type": kind,
            "code": all[0]["request"]["code"],
            "clientMetadata": metadata(),
            "userAttributes": attributes_of(&lab, "alice").await,
        });
        assert_eq!(all[0], expected(&lab, &format!("{trigger}_SignUp"), "alice", request, json!({})));
        assert_eq!(lab.messages(), 0, "the server sends nothing itself");
        let code = opened(&lab, &all[0]);
        lab.ok("ConfirmSignUp", lab.about("alice", json!({ "ConfirmationCode": code }))).await;
    }
}

#[tokio::test]
async fn a_custom_sender_is_told_temporary_passwords() {
    let lab = senders().await;
    let email = json!([{ "Name": "email", "Value": "bob@example.com" }]);
    lab.admin("AdminCreateUser", "bob", json!({ "UserAttributes": email })).await;
    let event = told(&lab).await.remove(0);
    assert_eq!(event["triggerSource"], "CustomEmailSender_AdminCreateUser");
    assert_eq!(event["callerContext"]["clientId"], "CLIENT_ID_NOT_APPLICABLE");
    let password = opened(&lab, &event);
    let answer = lab.ok("InitiateAuth", lab.login("bob", &password)).await;
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn nobody_waits_for_a_custom_sender_that_fails() {
    let lab = senders().await;
    super::breaks(&lab, "CustomEmailSender", InvokeError::TimedOut);
    sign_up(&lab, "alice", "email", "alice@example.com").await;
    let mut tries = 0;
    for _ in 0..1000 {
        tries += events(&lab).len();
        tokio::task::yield_now().await;
    }
    assert_eq!(tries, 3);
}

#[tokio::test]
async fn a_pool_cannot_name_a_key_that_the_server_does_not_have() {
    let lab = senders().await;
    let unknown = "arn:aws:kms:eu-west-1:123456789012:key/unknown";
    let sender = json!({ "LambdaVersion": "V1_0", "LambdaArn": arn("CustomSMSSender") });
    let config = json!({ "CustomSMSSender": sender, "KMSKeyID": unknown });
    let refused = format!("InvalidParameterException: The KMS key {unknown} is not among the kms_keys of this server.");
    let made = json!({ "PoolName": "other", "LambdaConfig": config });
    assert_eq!(lab.refused("CreateUserPool", made).await, refused);
    let changed = json!({ "UserPoolId": lab.pool, "LambdaConfig": config });
    assert_eq!(lab.refused("UpdateUserPool", changed).await, refused);
}
