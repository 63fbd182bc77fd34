use serde_json::{Value, json};
use world::InvokeError;

use super::{ALL, breaks, events, lab, returns, says, throws};
use crate::auth::tests::{Lab, PASSWORD};

/// A call that runs a trigger, in a pool where everything else is as it should be.
struct Drive {
    trigger: String,
    lab: Lab,
    operation: &'static str,
    input: Value,
}

async fn drive(trigger: &str) -> Drive {
    let custom = ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"];
    let used: &[&str] = if custom.contains(&trigger) { &custom } else { &[trigger] };
    let lab = lab(used, json!({})).await;
    lab.user("alice").await;
    says(&lab, "DefineAuthChallenge", json!({ "challengeName": "CUSTOM_CHALLENGE" }));
    let parameters = json!({ "USERNAME": "alice" });
    let custom = json!({ "ClientId": lab.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters });
    let (operation, input) = match trigger {
        "PreSignUp" => ("SignUp", lab.about("bob", json!({ "Password": PASSWORD }))),
        "PostConfirmation" => {
            lab.sign_up("bob").await;
            ("AdminConfirmSignUp", json!({ "UserPoolId": lab.pool, "Username": "bob" }))
        }
        "UserMigration" => ("InitiateAuth", lab.login("stranger", PASSWORD)),
        "CustomMessage" => ("ForgotPassword", lab.about("alice", json!({}))),
        "DefineAuthChallenge" | "CreateAuthChallenge" => ("InitiateAuth", custom),
        "VerifyAuthChallengeResponse" => {
            let session = lab.ok("InitiateAuth", custom).await["Session"].clone();
            let responses = json!({ "USERNAME": "alice", "ANSWER": "1" });
            let input = json!({
                "ClientId": lab.client, "ChallengeName": "CUSTOM_CHALLENGE",
                "Session": session, "ChallengeResponses": responses,
            });
            ("RespondToAuthChallenge", input)
        }
        _ => ("InitiateAuth", lab.login("alice", PASSWORD)),
    };
    events(&lab);
    Drive { trigger: trigger.to_owned(), lab, operation, input }
}

impl Drive {
    /// How often the function was called since.
    fn asked(&self) -> usize {
        let prefix = match self.trigger.as_str() {
            "PreTokenGeneration" => "TokenGeneration_".to_owned(),
            trigger => format!("{trigger}_"),
        };
        let sources = events(&self.lab);
        sources.iter().filter(|event| event["triggerSource"].as_str().unwrap().starts_with(&prefix)).count()
    }

    async fn refused(&self) -> String {
        self.lab.refused(self.operation, self.input.clone()).await
    }
}

#[tokio::test]
async fn what_a_function_throws_reaches_the_caller_of_every_trigger() {
    for trigger in ALL {
        let drive = drive(trigger).await;
        throws(&drive.lab, trigger, "No way");
        let refused = format!("UserLambdaValidationException: {trigger} failed with error No way.");
        assert_eq!(drive.refused().await, refused);
        assert_eq!(drive.asked(), 1, "{trigger} is not asked again");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_event_stops_every_trigger() {
    for trigger in ALL {
        for payload in ["null", "", "{", "[]", "\"ok\"", "{}", "{\"response\":null}", "{\"response\":[]}"] {
            let drive = drive(trigger).await;
            returns(&drive.lab, trigger, payload);
            let refused = "InvalidLambdaResponseException: Unrecognizable lambda output";
            assert_eq!(drive.refused().await, refused, "{trigger} {payload}");
        }
    }
}

#[tokio::test]
async fn a_function_that_cannot_be_run_stops_every_trigger_after_three_tries_at_most() {
    let faults = [
        (InvokeError::TimedOut, "Socket timeout while invoking Lambda function", 3),
        (InvokeError::Unavailable("500".to_owned()), "ServiceException", 3),
        (InvokeError::Refused("AccessDeniedException".to_owned()), "AccessDeniedException", 1),
        (InvokeError::NotFound, "ResourceNotFoundException", 1),
    ];
    for trigger in ALL {
        for (fault, reason, tries) in &faults {
            let drive = drive(trigger).await;
            breaks(&drive.lab, trigger, fault.clone());
            let refused = format!("UnexpectedLambdaException: {trigger} invocation failed due to error {reason}.");
            assert_eq!(drive.refused().await, refused);
            assert_eq!(drive.asked(), *tries, "{trigger} {fault}");
        }
    }
}

#[tokio::test]
async fn members_of_the_wrong_type_are_not_guessed_at() {
    let cases = [
        ("PreSignUp", json!({ "autoConfirmUser": "false" })),
        ("PreTokenGeneration", json!({ "claimsOverrideDetails": [] })),
        ("PreTokenGeneration", json!({ "claimsOverrideDetails": { "claimsToAddOrOverride": { "a": 1 } } })),
        ("PreTokenGeneration", json!({ "claimsOverrideDetails": { "claimsToSuppress": "a" } })),
        ("UserMigration", json!({ "userAttributes": "x" })),
        ("UserMigration", json!({ "userAttributes": { "email": "a@b.c" }, "finalUserStatus": "ARCHIVED" })),
        ("CustomMessage", json!({ "emailMessage": 1 })),
        ("DefineAuthChallenge", json!({ "issueTokens": "true" })),
        ("DefineAuthChallenge", json!({ "issueTokens": 1 })),
        ("DefineAuthChallenge", json!({ "challengeName": "SMS_MFA" })),
        ("DefineAuthChallenge", json!({ "challengeName": "PASSWORD_VERIFIER" })),
        ("DefineAuthChallenge", json!({})),
        ("CreateAuthChallenge", json!({ "publicChallengeParameters": { "a": 1 } })),
        ("VerifyAuthChallengeResponse", json!({ "answerCorrect": "true" })),
    ];
    for (trigger, response) in cases {
        let drive = drive(trigger).await;
        says(&drive.lab, trigger, response.clone());
        let refused = "InvalidLambdaResponseException: Unrecognizable lambda output";
        assert_eq!(drive.refused().await, refused, "{trigger} {response}");
    }
}
