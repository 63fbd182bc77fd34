use serde_json::{Value, json};

use super::factors::{INVALID_SESSION, USED_SESSION, only_token};
use super::{Lab, PASSWORD, tokens};

async fn lab() -> Lab {
    let client = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] });
    Lab::with(json!({ "AutoVerifiedAttributes": ["email"] }), client).await
}

fn start(lab: &Lab, name: &str, session: &Value) -> Value {
    let parameters = json!({ "USERNAME": name });
    json!({ "ClientId": lab.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session })
}

fn confirm(lab: &Lab, name: &str, session: &Value) -> Value {
    lab.about(name, json!({ "ConfirmationCode": lab.code(), "Session": session }))
}

#[tokio::test]
async fn who_confirmed_a_registration_signs_in_without_another_proof_once() {
    let lab = lab().await;
    let signed_up = lab.sign_up("alice").await;
    let early = lab.refused("InitiateAuth", start(&lab, "alice", &signed_up["Session"])).await;
    assert_eq!(early, INVALID_SESSION, "attack 88: the code is not skipped");
    let confirmed = lab.ok("ConfirmSignUp", confirm(&lab, "alice", &signed_up["Session"])).await;
    lab.user("bob").await;
    assert_eq!(lab.refused("InitiateAuth", start(&lab, "bob", &confirmed["Session"])).await, INVALID_SESSION);
    let sign_in = start(&lab, "alice", &confirmed["Session"]);
    tokens(&lab.ok("InitiateAuth", sign_in.clone()).await);
    assert_eq!(lab.refused("InitiateAuth", sign_in).await, USED_SESSION);
}

#[tokio::test]
async fn a_session_that_is_over_or_anothers_confirms_and_leads_nowhere() {
    let lab = lab().await;
    let alice = lab.sign_up("alice").await;
    lab.advance_s(180);
    assert_eq!(lab.ok("ConfirmSignUp", confirm(&lab, "alice", &alice["Session"])).await, json!({}));
    let bob = lab.sign_up("bob").await;
    lab.sign_up("carol").await;
    assert_eq!(lab.ok("ConfirmSignUp", confirm(&lab, "carol", &bob["Session"])).await, json!({}));
    let other = Lab::new().await;
    assert_eq!(other.sign_up("alice").await["Session"], Value::Null, "only with USER_AUTH");
}

#[tokio::test]
async fn attack_81_a_demanded_factor_is_asked_for_here_too() {
    let lab = lab().await;
    lab.set_mfa("ON", only_token()).await;
    let signed_up = lab.sign_up("alice").await;
    let confirmed = lab.ok("ConfirmSignUp", confirm(&lab, "alice", &signed_up["Session"])).await;
    let next = lab.ok("InitiateAuth", start(&lab, "alice", &confirmed["Session"])).await;
    assert_eq!(next["ChallengeName"], "MFA_SETUP");
    assert_eq!(lab.ok("InitiateAuth", lab.login("alice", PASSWORD)).await["ChallengeName"], "MFA_SETUP");
}
