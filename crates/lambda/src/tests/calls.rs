//! Calling functions, now and later.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use lambda_runtime::runner::FunctionError;
use lambda_runtime::{RunError, Throttle};
use serde_json::{Value, json};
use testkit::Calls as _;
use world::{FunctionCall, InvokeError, Lock};

use super::{Room, create, outcome};

fn payload(text: &str) -> String {
    STANDARD.encode(text)
}

#[tokio::test]
async fn a_call_answers_what_the_function_says_and_which_version_ran() {
    let room = Room::new();
    room.function("f").await;
    let input = json!({ "FunctionName": "f", "Payload": payload("{\"a\":1}"), "LogType": "Tail" });
    let answer = room.ok("Invoke", input).await;
    assert_eq!(answer["StatusCode"], 200);
    assert_eq!(answer["ExecutedVersion"], "$LATEST");
    assert_eq!(answer["LogResult"], STANDARD.encode("END"));
    assert_eq!(answer["Payload"], payload("{\"a\":1}"));
    let dry = room.ok("Invoke", json!({ "FunctionName": "f", "InvocationType": "DryRun" })).await;
    assert_eq!(dry["StatusCode"], 204);
    assert_eq!(room.neighbours.runs.lock().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_called_is_refused() {
    let room = Room::new();
    room.function("f").await;
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:none";
    let missing = room.refused("Invoke", json!({ "FunctionName": "none" })).await;
    assert_eq!(missing, ("ResourceNotFoundException".into(), format!("Function not found: {arn}")));
    let version = room.refused("Invoke", json!({ "FunctionName": "f", "Qualifier": "7" })).await;
    assert!(version.1.ends_with(":function:f:7"));
    let bad = room.refused("Invoke", json!({ "FunctionName": "f", "Payload": payload("{") })).await;
    assert_eq!(bad.0, "InvalidRequestContentException");
    let large = payload(&format!("\"{}\"", "x".repeat(6 << 20)));
    let large = room.refused("Invoke", json!({ "FunctionName": "f", "Payload": large })).await;
    assert_eq!(large.0, "RequestTooLargeException");
    assert_eq!(large.1, "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
    let event = payload(&format!("\"{}\"", "x".repeat(1 << 20)));
    let input = json!({ "FunctionName": "f", "Payload": event, "InvocationType": "Event" });
    assert!(room.refused("Invoke", input).await.1.starts_with("1048578 byte payload is too large for the Event"));
    let context = json!({ "FunctionName": "f", "ClientContext": "!" });
    assert_eq!(room.refused("Invoke", context).await.0, "InvalidParameterValueException");
    assert!(room.neighbours.runs.lock().is_empty());
}

#[tokio::test]
async fn why_nothing_ran_is_told_in_the_models_words() {
    let room = Room::new();
    room.function("f").await;
    let cases: [(RunError, &str, u16); 4] = [
        (
            RunError::TooManyRequests(Throttle::ReservedFunctionConcurrentInvocationLimitExceeded),
            "TooManyRequestsException",
            429,
        ),
        (RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded), "TooManyRequestsException", 429),
        (RunError::InvalidRuntime("none".into()), "InvalidRuntimeException", 502),
        (RunError::InvalidZip(lambda_runtime::CodeError::TooLarge), "InvalidZipFileException", 502),
    ];
    for (error, code, status) in cases {
        *room.neighbours.script.lock() = Some(Box::new(move |_, _| Err(error.clone())));
        let error = room.call("Invoke", json!({ "FunctionName": "f" })).await.unwrap_err();
        assert_eq!((error.code.as_ref(), error.status), (code, status));
        assert_eq!(error.fields.iter().any(|(name, _)| *name == "Reason"), status == 429);
    }
    *room.neighbours.script.lock() = Some(Box::new(|_, _| Err(RunError::Unavailable("broken".into()))));
    assert_eq!(room.call("Invoke", json!({ "FunctionName": "f" })).await.unwrap_err().status, 500);
}

fn service_call(function_arn: &str) -> FunctionCall {
    FunctionCall {
        function_arn: function_arn.to_owned(),
        payload: Bytes::from_static(b"{}"),
        timeout_ms: 1_000,
        source_arn: "arn:aws:execute-api:us-east-1:123456789012:abc/test/GET/x".to_owned(),
        principal: "apigateway.amazonaws.com",
        role_arn: None,
        trace_id: None,
    }
}

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[tokio::test]
async fn a_service_calls_what_lets_it_in_and_nothing_else() {
    let room = Room::new();
    room.function("f").await;
    let denied = Err(InvokeError::Refused("AccessDeniedException".to_owned()));
    assert_eq!(room.service.invoke_for(service_call(ARN)).await.map(drop), denied);
    let permission = |source: &str, sid: &str| {
        json!({
            "FunctionName": "f", "StatementId": sid, "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com", "SourceArn": source, "SourceAccount": "123456789012",
        })
    };
    room.ok("AddPermission", permission("arn:aws:execute-api:us-east-1:123456789012:other/*", "a")).await;
    assert_eq!(room.service.invoke_for(service_call(ARN)).await.map(drop), denied, "another API");
    room.ok("AddPermission", permission("arn:aws:execute-api:us-east-1:123456789012:abc/*/GET/x", "b")).await;
    assert_eq!(&room.service.invoke_for(service_call(ARN)).await.unwrap().payload[..], b"{}");
    let other = FunctionCall { principal: "cognito-idp.amazonaws.com", ..service_call(ARN) };
    assert_eq!(room.service.invoke_for(other).await.map(drop), denied, "another service");
    let foreign = FunctionCall {
        source_arn: "arn:aws:execute-api:us-east-1:999999999999:abc/test/GET/x".to_owned(),
        ..service_call(ARN)
    };
    assert_eq!(room.service.invoke_for(foreign).await.map(drop), denied, "another account's API");
    room.ok("PublishVersion", json!({ "FunctionName": "f" })).await;
    let version = room.service.invoke_for(service_call(&format!("{ARN}:1"))).await.map(drop);
    assert_eq!(version, denied, "a version has a policy of its own");
    room.ok("RemovePermission", json!({ "FunctionName": "f", "StatementId": "b" })).await;
    assert_eq!(room.service.invoke_for(service_call(ARN)).await.map(drop), denied, "taken away");
}

#[tokio::test]
async fn a_service_in_a_role_was_judged_by_the_role() {
    let room = Room::new();
    room.function("f").await;
    let call = FunctionCall { role_arn: Some(super::ROLE.to_owned()), ..service_call(ARN) };
    assert!(room.service.invoke_for(call).await.is_ok());
    for elsewhere in
        ["arn:aws:lambda:us-east-1:123456789012:function:none", "arn:aws:lambda:us-east-1:999999999999:function:f"]
    {
        assert_eq!(room.service.invoke_for(service_call(elsewhere)).await.map(drop), Err(InvokeError::NotFound));
    }
}

/// Lets the queue's task run until so many calls were made.
async fn until(room: &Room, runs: usize) {
    tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while room.neighbours.runs.lock().len() < runs {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

/// Lets it run until nothing waits.
async fn until_settled(room: &Room) {
    tokio::time::timeout(std::time::Duration::from_secs(20), async {
        while room.world.store.counter("lambda.queued").await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

fn failing(room: &Room) {
    let failed = || Ok(outcome("{\"errorMessage\":\"no\"}", Some(FunctionError::Unhandled)));
    *room.neighbours.script.lock() = Some(Box::new(move |plan, _| match plan.name.as_str() {
        "f" => failed(),
        _ => Ok(outcome("null", None)),
    }));
}

#[tokio::test]
async fn a_calls_trace_reaches_the_function_now_and_later() {
    let room = Room::new();
    room.function("f").await;
    let seen = Arc::new(Lock::new(Vec::new()));
    let kept = Arc::clone(&seen);
    *room.neighbours.script.lock() = Some(Box::new(move |_, invocation| {
        kept.lock().push(invocation.trace_id.clone());
        Ok(outcome("null", None))
    }));
    let trace_id = Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".to_owned());
    let role_arn = Some(super::ROLE.to_owned());
    let call = FunctionCall { role_arn, trace_id: trace_id.clone(), ..service_call(ARN) };
    room.service.invoke_for(call.clone()).await.unwrap();
    room.service.invoke_later_for(call).await.unwrap();
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    until_settled(&room).await;
    assert_eq!(*seen.lock(), [trace_id.clone(), trace_id]);
    following.abort();
}

#[tokio::test]
async fn a_call_for_later_is_made_once_and_told_to_nobody() {
    let room = Room::new();
    room.function("f").await;
    let input = json!({ "FunctionName": "f", "InvocationType": "Event", "Payload": payload("7") });
    assert_eq!(room.ok("Invoke", input).await["StatusCode"], 202);
    let queued = room.world.store.query("lambda.queue", "", None, 10).await.unwrap();
    assert_eq!(queued.len(), 1, "it waits in the store");
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    until_settled(&room).await;
    assert_eq!(*room.neighbours.runs.lock(), [("f:$LATEST".to_owned(), "7".to_owned())]);
    following.abort();
}

#[tokio::test]
async fn a_function_that_fails_is_called_again_after_one_minute_and_after_two() {
    let room = Room::new();
    room.function("f").await;
    room.function("told").await;
    failing(&room);
    let destination = json!({ "OnFailure": { "Destination": "arn:aws:lambda:us-east-1:123456789012:function:told" } });
    room.ok("PutFunctionEventInvokeConfig", json!({ "FunctionName": "f", "DestinationConfig": destination })).await;
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    room.ok("Invoke", json!({ "FunctionName": "f", "InvocationType": "Event" })).await;
    until(&room, 1).await;
    room.world.clock.advance_s(60);
    until(&room, 2).await;
    room.world.clock.advance_s(120);
    until_settled(&room).await;
    let runs = room.neighbours.runs.lock().clone();
    assert_eq!(runs.len(), 4);
    let record: Value = serde_json::from_str(&runs[3].1).unwrap();
    assert_eq!(runs[3].0, "told:$LATEST");
    assert_eq!(record["requestContext"]["condition"], "RetriesExhausted");
    assert_eq!(record["requestContext"]["approximateInvokeCount"], 3);
    assert_eq!(record["responseContext"]["functionError"], "Unhandled");
    assert_eq!(record["responsePayload"]["errorMessage"], "no");
    following.abort();
}

#[tokio::test]
async fn a_destination_that_the_role_may_not_call_is_not_told() {
    let room = Room::new();
    room.function("f").await;
    room.function("told").await;
    room.neighbours.denied.lock().insert("lambda:InvokeFunction".to_owned());
    let destination = json!({ "OnSuccess": { "Destination": "arn:aws:lambda:us-east-1:123456789012:function:told" } });
    room.ok("PutFunctionEventInvokeConfig", json!({ "FunctionName": "f", "DestinationConfig": destination })).await;
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    room.ok("Invoke", json!({ "FunctionName": "f", "InvocationType": "Event" })).await;
    until_settled(&room).await;
    assert_eq!(room.neighbours.runs.lock().len(), 1);
    following.abort();
}

#[tokio::test]
async fn functions_that_tell_one_another_in_a_ring_are_stopped() {
    let room = Room::new();
    for (name, other) in [("a", "b"), ("b", "a")] {
        room.function(name).await;
        if name == "b" {
            let to = format!("arn:aws:lambda:us-east-1:123456789012:function:{other}");
            let config = json!({ "FunctionName": name, "DestinationConfig": { "OnSuccess": { "Destination": to } } });
            room.ok("PutFunctionEventInvokeConfig", config).await;
        }
    }
    let to = "arn:aws:lambda:us-east-1:123456789012:function:b";
    let config = json!({ "FunctionName": "a", "DestinationConfig": { "OnSuccess": { "Destination": to } } });
    room.ok("PutFunctionEventInvokeConfig", config).await;
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    *room.neighbours.script.lock() = Some(Box::new(|_, _| Ok(outcome("null", None))));
    room.ok("Invoke", json!({ "FunctionName": "a", "InvocationType": "Event" })).await;
    until_settled(&room).await;
    assert_eq!(room.neighbours.runs.lock().len(), 17);
    following.abort();
}

#[tokio::test]
async fn a_throttled_call_is_tried_until_it_is_too_old() {
    let room = Room::new();
    room.function("f").await;
    let throttled = || Err(RunError::TooManyRequests(Throttle::ConcurrentInvocationLimitExceeded));
    *room.neighbours.script.lock() = Some(Box::new(move |_, _| throttled()));
    let config = json!({ "FunctionName": "f", "MaximumEventAgeInSeconds": 60, "MaximumRetryAttempts": 0 });
    room.ok("PutFunctionEventInvokeConfig", config).await;
    let following = world::spawn("queue", Arc::clone(&room.service).follow());
    room.ok("Invoke", json!({ "FunctionName": "f", "InvocationType": "Event" })).await;
    until(&room, 1).await;
    room.world.clock.advance_s(61);
    until_settled(&room).await;
    assert_eq!(room.neighbours.runs.lock().len(), 1, "too old to be tried again");
    following.abort();
}

#[tokio::test]
async fn the_old_operation_takes_a_stream() {
    use aws_types::{ByteStream, Caller, Service as _};
    let room = Room::new();
    room.ok("CreateFunction", create("f")).await;
    let call = room.world.call(Caller::Root);
    let body = |text: &'static str| Some(ByteStream::from_bytes(Bytes::from_static(text.as_bytes())));
    let input = json!({ "FunctionName": "f" });
    let answer = room.service.call(&call, "InvokeAsync", input.clone(), body("{\"a\":1}")).await.unwrap();
    assert_eq!(answer.output["Status"], 202);
    let error = room.service.call(&call, "InvokeAsync", input, body("{")).await.unwrap_err();
    assert_eq!(error.code, "InvalidRequestContentException");
}
