use serde_json::{Value, json};

use super::{answers, arn, attributes_of, breaks, event, events, expected, lab, lab_of, metadata, says, throws};
use crate::auth::tests::srp::{NOW, answer as srp_answer};
use crate::auth::tests::{Lab, PASSWORD, tokens};
use ::srp::client;

const THREE: [&str; 3] = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"];
const WRONG: &str = "NotAuthorizedException: Incorrect username or password.";

/// Two right answers in a row let in, two wrong ones do not; the right answer is `blue`.
async fn quiz(client: Value) -> Lab {
    let lab = lab(&THREE, client).await;
    lab.world.functions.on(&arn("DefineAuthChallenge"), |call| {
        let mut event: Value = serde_json::from_slice(&call.payload).unwrap();
        let session = event["request"]["session"].as_array().unwrap().clone();
        let results: Vec<bool> = session
            .iter()
            .filter(|past| past["challengeName"] == "CUSTOM_CHALLENGE")
            .map(|past| past["challengeResult"].as_bool().unwrap())
            .collect();
        let srp = session.last().is_some_and(|past| past["challengeName"] == "SRP_A");
        let (right, wrong) = (results.iter().filter(|r| **r).count(), results.iter().filter(|r| !**r).count());
        let name = if srp { "PASSWORD_VERIFIER" } else { "CUSTOM_CHALLENGE" };
        event["response"] =
            json!({ "challengeName": name, "issueTokens": right >= 2, "failAuthentication": wrong >= 2 });
        Ok(world::FunctionAnswer { payload: event.to_string().into(), function_error: None, request_id: None })
    });
    let question = json!({
        "publicChallengeParameters": { "question": "colour?" },
        "privateChallengeParameters": { "answer": "blue" },
        "challengeMetadata": "COLOUR",
    });
    says(&lab, "CreateAuthChallenge", question);
    lab.world.functions.on(&arn("VerifyAuthChallengeResponse"), |call| {
        let mut event: Value = serde_json::from_slice(&call.payload).unwrap();
        let right = event["request"]["privateChallengeParameters"]["answer"] == event["request"]["challengeAnswer"];
        event["response"] = json!({ "answerCorrect": right });
        Ok(world::FunctionAnswer { payload: event.to_string().into(), function_error: None, request_id: None })
    });
    lab
}

fn start(lab: &Lab, name: &str) -> Value {
    let parameters = json!({ "USERNAME": name });
    json!({ "ClientId": lab.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters })
}

fn reply(lab: &Lab, name: &str, session: &Value, answer: &str) -> Value {
    json!({
        "ClientId": lab.client,
        "ChallengeName": "CUSTOM_CHALLENGE",
        "Session": session,
        "ChallengeResponses": { "USERNAME": name, "ANSWER": answer },
        "ClientMetadata": metadata(),
    })
}

#[tokio::test]
async fn functions_lead_through_a_sign_in() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    let attributes = attributes_of(&lab, "alice").await;
    let mut input = start(&lab, "alice");
    input["ClientMetadata"] = metadata();
    let first = lab.ok("InitiateAuth", input).await;
    assert_eq!(first["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(first["ChallengeParameters"], json!({ "question": "colour?", "USERNAME": "alice" }));
    assert!(!first.to_string().contains("blue"));
    let told = events(&lab);
    let request = json!({ "userAttributes": attributes, "session": [], "userNotFound": false });
    let response = json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null });
    assert_eq!(told[0], expected(&lab, "DefineAuthChallenge_Authentication", "alice", request, response));
    let request = json!({
        "userAttributes": attributes, "challengeName": "CUSTOM_CHALLENGE", "session": [], "userNotFound": false,
    });
    let response = json!({
        "publicChallengeParameters": null, "privateChallengeParameters": null, "challengeMetadata": null,
    });
    assert_eq!(told[1], expected(&lab, "CreateAuthChallenge_Authentication", "alice", request, response));

    let second = lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &first["Session"], "blue")).await;
    let told = events(&lab);
    let request = json!({
        "userAttributes": attributes, "privateChallengeParameters": { "answer": "blue" },
        "challengeAnswer": "blue", "userNotFound": false, "clientMetadata": metadata(),
    });
    let response = json!({ "answerCorrect": null });
    assert_eq!(told[0], expected(&lab, "VerifyAuthChallengeResponse_Authentication", "alice", request, response));
    let past = json!([{
        "challengeName": "CUSTOM_CHALLENGE", "challengeResult": true, "challengeMetadata": "COLOUR",
    }]);
    assert_eq!(told[1]["request"]["session"], past);
    assert_eq!(told[2]["request"]["session"], past);
    let done = lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &second["Session"], "blue")).await;
    lab.get_user(&tokens(&done).access).await;
}

#[tokio::test]
async fn wrong_answers_end_where_the_function_says_so() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    let first = lab.ok("InitiateAuth", start(&lab, "alice")).await;
    let second = lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &first["Session"], "red")).await;
    assert_eq!(second["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &second["Session"], "red")).await, WRONG);
}

#[tokio::test]
async fn attack_84_only_what_functions_say_counts() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    lab.user("bob").await;
    let first = lab.ok("InitiateAuth", start(&lab, "alice")).await;
    let mut forged = reply(&lab, "alice", &first["Session"], "red");
    for (name, value) in [("challengeResult", "true"), ("answerCorrect", "true"), ("session", "[]")] {
        forged["ChallengeResponses"][name] = json!(value);
        forged["ClientMetadata"][name] = json!(value);
    }
    let others = reply(&lab, "bob", &first["Session"], "blue");
    let used = "NotAuthorizedException: Invalid session for the user.";
    assert_eq!(lab.refused("RespondToAuthChallenge", others).await, used);
    let second = lab.ok("RespondToAuthChallenge", forged).await;
    let told = events(&lab);
    let results: Vec<&Value> = told.iter().filter_map(|event| event["request"]["session"].get(0)).collect();
    assert!(results.iter().all(|past| past["challengeResult"] == false), "{results:?}");
    let again = reply(&lab, "alice", &first["Session"], "blue");
    let spent = "NotAuthorizedException: Invalid session for the user, session can only be used once.";
    assert_eq!(lab.refused("RespondToAuthChallenge", again).await, spent);
    throws(&lab, "VerifyAuthChallengeResponse", "Down");
    let refused = lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &second["Session"], "blue")).await;
    assert_eq!(refused, "UserLambdaValidationException: VerifyAuthChallengeResponse failed with error Down.");
}

#[tokio::test]
async fn of_many_answers_at_once_one_is_judged() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    let first = lab.ok("InitiateAuth", start(&lab, "alice")).await;
    events(&lab);
    lab.at_once(32, "RespondToAuthChallenge", &reply(&lab, "alice", &first["Session"], "red")).await;
    let told = events(&lab);
    let judged = told.iter().filter(|event| event["triggerSource"] == "VerifyAuthChallengeResponse_Authentication");
    assert_eq!(judged.count(), 1);
}

#[tokio::test]
async fn wrong_answers_lock_the_name_and_right_ones_do_not() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    let begin = async || lab.ok("InitiateAuth", start(&lab, "alice")).await["Session"].clone();
    for _ in 0..6 {
        let session = begin().await;
        lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &session, "blue")).await;
    }
    for _ in 0..5 {
        let session = begin().await;
        lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &session, "red")).await;
    }
    let session = begin().await;
    let refused = lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &session, "blue")).await;
    assert_eq!(refused, "NotAuthorizedException: Password attempts exceeded");
}

#[tokio::test]
async fn a_session_ends_with_its_time_its_user_and_its_client() {
    let lab = quiz(json!({})).await;
    lab.user("alice").await;
    let begin = async || lab.ok("InitiateAuth", start(&lab, "alice")).await["Session"].clone();
    let session = begin().await;
    let mut elsewhere = reply(&lab, "alice", &session, "blue");
    elsewhere["ClientId"] = json!(lab.world.client(&lab.pool, json!({})).await);
    let invalid = "NotAuthorizedException: Invalid session for the user.";
    assert_eq!(lab.refused("RespondToAuthChallenge", elsewhere).await, invalid);
    let garbled = json!(format!("{}x", session.as_str().unwrap()));
    assert_eq!(lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &garbled, "blue")).await, invalid);
    lab.admin("AdminUserGlobalSignOut", "alice", json!({})).await;
    assert_eq!(lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &session, "blue")).await, invalid);
    let session = begin().await;
    lab.admin("AdminDisableUser", "alice", json!({})).await;
    lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &session, "blue")).await;
    lab.admin("AdminEnableUser", "alice", json!({})).await;
    let session = begin().await;
    lab.advance_s(181);
    let late = lab.refused("RespondToAuthChallenge", reply(&lab, "alice", &session, "blue")).await;
    assert!(late.starts_with("NotAuthorizedException: Invalid session for the user, session "), "{late}");
}

#[tokio::test]
async fn nobody_gets_tokens_who_does_not_exist() {
    let lab = quiz(json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    let first = lab.ok("InitiateAuth", start(&lab, "ghost")).await;
    assert_eq!(first["ChallengeParameters"], json!({ "question": "colour?", "USERNAME": "ghost" }));
    assert!(events(&lab).iter().all(|event| event["request"]["userNotFound"] == true));
    let second = lab.ok("RespondToAuthChallenge", reply(&lab, "ghost", &first["Session"], "blue")).await;
    assert_eq!(lab.refused("RespondToAuthChallenge", reply(&lab, "ghost", &second["Session"], "blue")).await, WRONG);
    let telling = quiz(json!({})).await;
    let refused = telling.refused("InitiateAuth", start(&telling, "ghost")).await;
    assert_eq!(refused, "UserNotFoundException: User does not exist.");
}

#[tokio::test]
async fn attack_65_a_challenge_calls_a_name_without_user_as_it_calls_users() {
    let config: Value = THREE.iter().map(|trigger| ((*trigger).to_owned(), json!(arn(trigger)))).collect();
    let pool = json!({ "LambdaConfig": config, "UsernameAttributes": ["email"] });
    let lab = lab_of(pool, json!({ "PreventUserExistenceErrors": "ENABLED" })).await;
    let next = json!({ "challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false });
    says(&lab, "DefineAuthChallenge", next);
    let question = json!({
        "publicChallengeParameters": {}, "privateChallengeParameters": {}, "challengeMetadata": "COLOUR",
    });
    says(&lab, "CreateAuthChallenge", question);
    says(&lab, "VerifyAuthChallengeResponse", json!({ "answerCorrect": false }));
    lab.admin("AdminCreateUser", "alice@example.com", json!({ "MessageAction": "SUPPRESS" })).await;
    for name in ["alice@example.com", "ghost@example.com"] {
        let first = lab.ok("InitiateAuth", start(&lab, name)).await;
        let shown = crate::testing::text(&first, "/ChallengeParameters/USERNAME");
        assert_eq!((shown.len(), shown.matches('-').count()), (36, 4), "{name}: {shown}");
        let second = lab.ok("RespondToAuthChallenge", reply(&lab, &shown, &first["Session"], "red")).await;
        assert_eq!(second["ChallengeParameters"]["USERNAME"], json!(shown), "{name}");
        lab.ok("RespondToAuthChallenge", reply(&lab, name, &second["Session"], "red")).await;
    }
}

#[tokio::test]
async fn a_password_may_stand_first_and_cannot_stand_alone() {
    let lab = quiz(json!({ "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"] })).await;
    lab.user("alice").await;
    let mut input = start(&lab, "alice");
    input["AuthParameters"]["CHALLENGE_NAME"] = json!("SRP_A");
    input["AuthParameters"]["SRP_A"] = json!(client::srp_a());
    let challenge = lab.ok("InitiateAuth", input.clone()).await;
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    let passed = |name: &str| json!({ "challengeName": name, "challengeResult": true, "challengeMetadata": null });
    assert_eq!(event(&lab)["request"]["session"], json!([passed("SRP_A")]));
    let parameters = &challenge["ChallengeParameters"];
    assert_eq!(lab.refused("RespondToAuthChallenge", srp_answer(&lab, parameters, "wrong", NOW)).await, WRONG);
    let next = lab.ok("RespondToAuthChallenge", srp_answer(&lab, parameters, PASSWORD, NOW)).await;
    assert_eq!(next["ChallengeName"], "CUSTOM_CHALLENGE", "the password alone gives no tokens");
    assert!(next.get("AuthenticationResult").is_none());
    let past = json!([passed("SRP_A"), passed("PASSWORD_VERIFIER")]);
    assert_eq!(events(&lab)[0]["request"]["session"], past);
    let second = lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &next["Session"], "blue")).await;
    tokens(&lab.ok("RespondToAuthChallenge", reply(&lab, "alice", &second["Session"], "blue")).await);
}

#[tokio::test]
async fn a_pool_without_the_functions_has_no_custom_sign_in() {
    let lab = lab(&[], json!({})).await;
    lab.user("alice").await;
    let refused = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.";
    assert_eq!(lab.refused("InitiateAuth", start(&lab, "alice")).await, refused);
}

#[tokio::test]
async fn a_status_that_bars_sign_in_bars_this_one() {
    let lab = lab(&THREE, json!({})).await;
    says(&lab, "DefineAuthChallenge", json!({ "issueTokens": true }));
    lab.sign_up("alice").await;
    let refused = lab.refused("InitiateAuth", start(&lab, "alice")).await;
    assert_eq!(refused, "UserNotConfirmedException: User is not confirmed.");
    lab.user("bob").await;
    tokens(&lab.ok("InitiateAuth", start(&lab, "bob")).await);
    says(&lab, "DefineAuthChallenge", json!({ "issueTokens": true, "failAuthentication": true }));
    assert_eq!(lab.refused("InitiateAuth", start(&lab, "bob")).await, WRONG);
    breaks(&lab, "DefineAuthChallenge", world::InvokeError::TimedOut);
    let down = lab.refused("InitiateAuth", start(&lab, "bob")).await;
    assert!(down.starts_with("UnexpectedLambdaException: "), "{down}");
    answers(&lab, "DefineAuthChallenge", |response| response["challengeName"] = json!("CUSTOM_CHALLENGE"));
    lab.admin("AdminDisableUser", "bob", json!({})).await;
    assert_eq!(lab.refused("InitiateAuth", start(&lab, "bob")).await, "NotAuthorizedException: User is disabled.");
}
