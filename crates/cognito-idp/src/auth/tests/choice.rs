use serde_json::{Value, json};

use super::{Lab, PASSWORD, tokens};
use crate::auth::srp::client;

async fn lab(mut client: Value) -> Lab {
    client["ExplicitAuthFlows"] = json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
    let lab = Lab::with(json!({}), client).await;
    lab.user("alice").await;
    lab
}

fn start(lab: &Lab, parameters: Value) -> Value {
    json!({ "ClientId": lab.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters })
}

fn answer(lab: &Lab, challenge: &Value, responses: Value) -> Value {
    json!({
        "ClientId": lab.client, "ChallengeName": "SELECT_CHALLENGE",
        "Session": challenge["Session"], "ChallengeResponses": responses,
    })
}

#[tokio::test]
async fn a_preferred_password_signs_in_at_once() {
    let lab = lab(json!({})).await;
    let password = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    tokens(&lab.ok("InitiateAuth", start(&lab, password)).await);
    let srp = json!({ "USERNAME": "alice", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": client::srp_a() });
    assert_eq!(lab.ok("InitiateAuth", start(&lab, srp)).await["ChallengeName"], "PASSWORD_VERIFIER");
}

#[tokio::test]
async fn without_a_preference_the_client_chooses_among_the_factors_there_are() {
    let lab = lab(json!({})).await;
    for preferred in [json!({}), json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" })] {
        let mut parameters = preferred;
        parameters["USERNAME"] = json!("alice");
        let challenge = lab.ok("InitiateAuth", start(&lab, parameters)).await;
        assert_eq!(challenge["ChallengeName"], "SELECT_CHALLENGE", "attack 83");
        assert_eq!(challenge["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
        let srp = json!({ "USERNAME": "alice", "ANSWER": "PASSWORD_SRP", "SRP_A": client::srp_a() });
        let next = lab.ok("RespondToAuthChallenge", answer(&lab, &challenge, srp)).await;
        assert_eq!(next["ChallengeName"], "PASSWORD_VERIFIER");
    }
}

#[tokio::test]
async fn a_choice_is_good_for_its_name_and_one_success() {
    let lab = lab(json!({})).await;
    lab.user("bob").await;
    let challenge = lab.ok("InitiateAuth", start(&lab, json!({ "USERNAME": "alice" }))).await;
    let given = |name: &str, choice: &str, password: &str| {
        answer(&lab, &challenge, json!({ "USERNAME": name, "ANSWER": choice, "PASSWORD": password }))
    };
    let respond = "RespondToAuthChallenge";
    assert_eq!(
        lab.refused(respond, given("bob", "PASSWORD", PASSWORD)).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    assert_eq!(
        lab.refused(respond, given("alice", "WEB_AUTHN", PASSWORD)).await,
        "InvalidParameterException: Challenge WEB_AUTHN is not supported."
    );
    assert_eq!(
        lab.refused(respond, given("alice", "PASSWORD", "wrong")).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    tokens(&lab.ok(respond, given("alice", "PASSWORD", PASSWORD)).await);
    assert_eq!(
        lab.refused(respond, given("alice", "PASSWORD", PASSWORD)).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
}

#[tokio::test]
async fn attack_65_a_name_without_user_is_asked_the_same() {
    let lab = lab(json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    let mut lengths = Vec::new();
    for name in ["alice", "nobod"] {
        let challenge = lab.ok("InitiateAuth", start(&lab, json!({ "USERNAME": name }))).await;
        assert_eq!(challenge["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
        lengths.push(challenge["Session"].as_str().unwrap().len());
        let responses = json!({ "USERNAME": name, "ANSWER": "PASSWORD", "PASSWORD": "wrong" });
        assert_eq!(
            lab.refused("RespondToAuthChallenge", answer(&lab, &challenge, responses)).await,
            "NotAuthorizedException: Incorrect username or password."
        );
    }
    assert_eq!(lengths[0], lengths[1], "the session's length tells nothing");
    let telling = self::lab(json!({})).await;
    let refused = telling.refused("InitiateAuth", start(&telling, json!({ "USERNAME": "nobody" }))).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}
