//! Triggers from the outside: what functions are told, and what becomes of what they say.

mod custom_auth;
mod faults;
mod messages;
mod migration;
mod registration;
mod senders;
mod sign_in;
mod tokens;

use bytes::Bytes;
use serde_json::{Value, json};
use world::{FunctionAnswer, InvokeError};

use crate::auth::tests::{Lab, flows};

/// A function's ARN.
pub fn arn(trigger: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:123456789012:function:{trigger}")
}

/// A lab whose pool names a function for each trigger; all answer the event as it came until told otherwise.
pub async fn lab(triggers: &[&str], client: Value) -> Lab {
    let config: Value = triggers.iter().map(|trigger| ((*trigger).to_owned(), json!(arn(trigger)))).collect();
    lab_of(json!({ "LambdaConfig": config, "AutoVerifiedAttributes": ["email"] }), client).await
}

pub async fn lab_of(pool: Value, mut client: Value) -> Lab {
    let mut all = flows();
    all.as_array_mut().unwrap().extend([json!("ALLOW_CUSTOM_AUTH"), json!("ALLOW_USER_SRP_AUTH")]);
    client.as_object_mut().unwrap().entry("ExplicitAuthFlows").or_insert(all);
    let lab = Lab::with(pool, client).await;
    for trigger in ALL {
        answers(&lab, trigger, |_| {});
    }
    lab
}

const ALL: [&str; 10] = [
    "PreSignUp",
    "PostConfirmation",
    "PreAuthentication",
    "PostAuthentication",
    "PreTokenGeneration",
    "UserMigration",
    "CustomMessage",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
];

/// The function changes the event's `response` so.
pub fn answers<F: Fn(&mut Value) + Send + Sync + 'static>(lab: &Lab, trigger: &str, change: F) {
    lab.world.functions.on(&arn(trigger), move |call| {
        let mut event: Value = serde_json::from_slice(&call.payload).unwrap();
        change(&mut event["response"]);
        Ok(FunctionAnswer { payload: Bytes::from(event.to_string()), function_error: None, request_id: None })
    });
}

/// The function answers so, whatever the event.
pub fn says(lab: &Lab, trigger: &str, response: Value) {
    answers(lab, trigger, move |given| *given = response.clone());
}

/// The function returns this.
pub fn returns(lab: &Lab, trigger: &str, payload: &'static str) {
    lab.world.functions.on(&arn(trigger), move |_| {
        Ok(FunctionAnswer { payload: Bytes::from_static(payload.as_bytes()), function_error: None, request_id: None })
    });
}

/// The function throws.
pub fn throws(lab: &Lab, trigger: &str, message: &'static str) {
    lab.world.functions.on(&arn(trigger), move |_| {
        let error = json!({ "errorMessage": message, "errorType": "Error", "trace": [] });
        let function_error = Some("Unhandled".to_owned());
        Ok(FunctionAnswer { payload: Bytes::from(error.to_string()), function_error, request_id: None })
    });
}

/// The function cannot be run.
pub fn breaks(lab: &Lab, trigger: &str, error: InvokeError) {
    lab.world.functions.on(&arn(trigger), move |_| Err(error.clone()));
}

/// The events since the last look, oldest first.
pub fn events(lab: &Lab) -> Vec<Value> {
    let calls = lab.world.functions.take_calls();
    calls
        .iter()
        .map(|call| {
            assert!(call.source_arn.ends_with(&lab.pool));
            assert_eq!((call.principal, call.timeout_ms), ("cognito-idp.amazonaws.com", 5000));
            serde_json::from_slice(&call.payload).unwrap()
        })
        .collect()
}

/// The only event since the last look.
pub fn event(lab: &Lab) -> Value {
    let mut all = events(lab);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// What an event by the lab's client looks like.
pub fn expected(lab: &Lab, source: &str, user: &str, request: Value, response: Value) -> Value {
    json!({
        "version": "1",
        "region": "eu-west-1",
        "userPoolId": lab.pool,
        "userName": user,
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": lab.client },
        "triggerSource": source,
        "request": request,
        "response": response,
    })
}

/// `userAttributes` of [`Lab::user`].
pub async fn attributes_of(lab: &Lab, name: &str) -> Value {
    let user = lab.admin("AdminGetUser", name, json!({})).await;
    let mut all = json!(crate::auth::tests::attributes(&user));
    all["cognito:user_status"] = user["UserStatus"].clone();
    all
}

/// `ClientMetadata` of tests.
pub fn metadata() -> Value {
    json!({ "tenant": "blue" })
}
