use lambda_runtime::{FunctionPlan, Outcome, Part, Parts};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::house::House;

/// A handler that goes on when its gate, a port, is closed.
const APP: &str = r#"
const net = require('net');
let calls = 0;
const gate = (port) => new Promise((go) => net.connect(port, '127.0.0.1').resume().on('error', go).on('close', go));
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  calls += 1;
  if (event.mode === 'early') throw new TypeError('before');
  if (event.mode === 'typed') stream.setContentType('text/plain');
  if (event.mode === 'http') stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
  if (event.mode === 'empty') return stream.end();
  stream.write('first ' + calls);
  if (event.gate) await gate(event.gate);
  if (event.mode === 'amid') throw new TypeError('amid');
  if (event.mode === 'long') throw new Error('x'.repeat(100000));
  if (event.mode === 'late') setImmediate(() => { throw new RangeError('uncaught'); });
  if (event.mode === 'late') return;
  if (event.mode === 'exit') process.exit(7);
  if (event.mode === 'large') for (let i = 0; i < 100; i++) if (!stream.write('y'.repeat(65536))) await new Promise((go) => stream.once('drain', go));
  stream.write(' last');
  stream.end();
});
"#;

fn app(house: &House) -> FunctionPlan {
    house.function("nodejs22.x", "index.handler", &[("index.js", APP)])
}

/// What came until the end, and the end.
async fn rest(parts: &mut Parts) -> (Vec<u8>, Outcome) {
    let mut bytes = Vec::new();
    loop {
        match parts.next().await.unwrap() {
            Part::Begun { .. } => {}
            Part::Piece(piece) => bytes.extend_from_slice(&piece),
            Part::End(outcome) => return (bytes, outcome),
        }
    }
}

async fn begun(parts: &mut Parts) -> String {
    match parts.next().await.unwrap() {
        Part::Begun { content_type } => content_type,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn pieces_come_as_a_node_function_writes_them() {
    let house = House::new();
    let plan = app(&house);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let event = json!({ "gate": listener.local_addr().unwrap().port() }).to_string();
    let mut parts = house.open(&plan, &event).await;
    assert_eq!(begun(&mut parts).await, "application/octet-stream");
    let Some(Part::Piece(first)) = parts.next().await else { panic!("no piece") };
    assert_eq!(first, "first 1");
    drop(listener.accept().await.unwrap());
    let (bytes, outcome) = rest(&mut parts).await;
    assert_eq!((bytes.as_slice(), outcome.function_error, outcome.payload.len()), (&b" last"[..], None, 0));
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn what_the_bytes_are_and_the_prelude_of_http_are_as_aws_has_them() {
    let house = House::new();
    let plan = app(&house);
    let mut parts = house.open(&plan, r#"{"mode": "typed"}"#).await;
    assert_eq!(begun(&mut parts).await, "text/plain");
    assert_eq!(rest(&mut parts).await.0, b"first 1 last");
    let mut parts = house.open(&plan, r#"{"mode": "http"}"#).await;
    assert_eq!(begun(&mut parts).await, "application/vnd.awslambda.http-integration-response");
    assert_eq!(rest(&mut parts).await.0, b"{\"statusCode\":201}\0\0\0\0\0\0\0\0first 2 last");
    let mut parts = house.open(&plan, r#"{"mode": "empty"}"#).await;
    assert_eq!(rest(&mut parts).await.0, b"");
}

#[tokio::test]
async fn a_failure_is_told_with_what_came_before_it() {
    let house = House::new();
    let plan = app(&house);
    for (mode, bytes, kind, said) in [
        ("early", "", "TypeError", "before"),
        ("amid", "first 2", "TypeError", "amid"),
        ("long", "first 3", "Error", "xxxx"),
        ("late", "first 4", "RangeError", "uncaught"),
        ("exit", "first 1", "Runtime.ExitError", "exit status 7"),
    ] {
        let mut parts = house.open(&plan, &json!({ "mode": mode }).to_string()).await;
        let (came, outcome) = rest(&mut parts).await;
        assert_eq!(String::from_utf8(came).unwrap(), bytes, "{mode}");
        assert!(outcome.function_error.is_some(), "{mode}");
        let told: Value = serde_json::from_slice(&outcome.payload).unwrap();
        assert_eq!(told["errorType"], kind, "{mode}: {told}");
        assert!(told["errorMessage"].as_str().unwrap().contains(said), "{mode}: {told}");
    }
    // The process that died is replaced.
    assert_eq!(house.answer_bytes(&plan, "{}").await, b"first 1 last");
}

#[tokio::test]
async fn a_function_whose_caller_left_goes_on_and_can_be_called_again() {
    let house = House::new();
    let plan = app(&house);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let event = json!({ "gate": listener.local_addr().unwrap().port(), "mode": "large" }).to_string();
    let mut parts = house.open(&plan, &event).await;
    begun(&mut parts).await;
    drop(parts);
    drop(listener.accept().await.unwrap());
    // With one place for the function, the next call waits for nobody: it is refused until the first has ended.
    let alone = FunctionPlan { reserved_concurrency: Some(1), ..plan };
    let again = loop {
        match house.try_invoke(&alone, "{}").await {
            Ok(outcome) => break outcome,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    assert_eq!(again.payload, "first 2 last", "the same process");
}

#[tokio::test]
async fn a_streamed_answer_may_be_taken_whole_and_a_whole_one_in_parts() {
    let house = House::new();
    let plan = app(&house);
    assert_eq!(house.answer_bytes(&plan, "{}").await, b"first 1 last");
    let whole = house.invoke(&plan, r#"{"mode": "large"}"#).await;
    let told: Value = serde_json::from_slice(&whole.payload).unwrap();
    assert_eq!(told["errorType"], "Function.ResponseSizeTooLarge");
    let python = house.python("def handler(event, context): return [event]");
    let mut parts = house.open(&python, "7").await;
    let Some(Part::Piece(piece)) = parts.next().await else { panic!("no piece") };
    assert_eq!(piece, "[7]");
    assert!(rest(&mut parts).await.1.function_error.is_none());
    let mut parts = house.open(&plan, r#"{"mode": "large"}"#).await;
    assert_eq!(rest(&mut parts).await.0.len(), 100 * 65_536 + "first 1 last".len());
}

#[tokio::test]
async fn a_stream_is_cut_off_when_the_functions_time_is_up() {
    let house = House::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plan = FunctionPlan { timeout_s: 1, ..app(&house) };
    let event = json!({ "gate": listener.local_addr().unwrap().port() }).to_string();
    let mut parts = house.open(&plan, &event).await;
    let (bytes, outcome) = rest(&mut parts).await;
    assert_eq!(bytes, b"first 1");
    let told: Value = serde_json::from_slice(&outcome.payload).unwrap();
    assert_eq!(told["errorType"], "Sandbox.Timedout");
}

/// A runtime in bash that sends what the event says, byte for byte, as its answer.
const BOOTSTRAP: &str = r#"#!/bin/bash
host=${AWS_LAMBDA_RUNTIME_API%:*} port=${AWS_LAMBDA_RUNTIME_API#*:}
while :; do
  exec 9<>/dev/tcp/$host/$port
  printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&9
  while IFS= read -r line <&9; line=${line%$'\r'}; [ -n "$line" ]; do
    case "${line,,}" in lambda-runtime-aws-request-id:*) id=${line#*: };; esac
  done
  IFS= read -r -d '' body <&9
  exec 9<&- 9>&-
  exec 9<>/dev/tcp/$host/$port
  printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' "$id" >&9
  printf 'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n' >&9
  printf 'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n' >&9
  printf "${body:1:-1}" >&9
  [ "${body: -4}" = 'cut"' ] || IFS= read -r -d '' heard <&9
  exec 9<&- 9>&-
done
"#;

#[tokio::test]
async fn a_custom_runtime_streams_reports_in_trailers_and_may_be_cut_off() {
    let house = House::new();
    let plan = house.function("provided.al2023", "any", &[("bootstrap", BOOTSTRAP)]);
    let mut parts = house.open(&plan, r#""3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n""#).await;
    let (bytes, outcome) = rest(&mut parts).await;
    assert_eq!((bytes.as_slice(), outcome.function_error), (&b"abcde"[..], None));
    let failed = r#""3\r\nabc\r\n0\r\nLambda-Runtime-Function-Error-Type: My.Error\r\n\r\n""#;
    let (bytes, outcome) = rest(&mut house.open(&plan, failed).await).await;
    assert_eq!(bytes, b"abc");
    assert_eq!(serde_json::from_slice::<Value>(&outcome.payload).unwrap()["errorType"], "My.Error");
    let (bytes, outcome) = rest(&mut house.open(&plan, r#""3\r\ncut""#).await).await;
    assert!(bytes.is_empty() || bytes == b"cut");
    let told: Value = serde_json::from_slice(&outcome.payload).unwrap();
    assert_eq!(told["errorType"], "Runtime.TruncatedResponse", "{told}");
}
