use std::sync::Arc;

use super::*;
use crate::lock::Lock;

/// Answers every request alike and keeps the last one.
struct Scripted {
    answer: Lock<Option<Result<Response<Bytes>, HttpError>>>,
    seen: Lock<Option<(Request<Bytes>, HttpOptions)>>,
}

#[async_trait]
impl HttpClient for Scripted {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        *self.seen.lock() = Some((request, options));
        self.answer.lock().take().expect("one request")
    }
}

fn call() -> FunctionCall {
    FunctionCall {
        function_arn: "arn:aws:lambda:eu-west-1:123456789012:function:check".to_owned(),
        payload: Bytes::from_static(b"{}"),
        timeout_ms: 5000,
        source_arn: "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a".to_owned(),
        principal: "cognito-idp.amazonaws.com",
        role_arn: None,
        trace_id: Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1".to_owned()),
    }
}

async fn invoke(answer: Result<Response<Bytes>, HttpError>) -> (Result<FunctionAnswer, InvokeError>, Arc<Scripted>) {
    let client = Arc::new(Scripted { answer: Lock::new(Some(answer)), seen: Lock::new(None) });
    let door: Arc<dyn HttpClient> = client.clone();
    (HttpInvoker::new(door, "http://127.0.0.1:3001/").invoke(call()).await, client)
}

fn response(status: u16, header: Option<(&str, &str)>) -> Result<Response<Bytes>, HttpError> {
    let builder = Response::builder().status(status);
    let builder = header.into_iter().fold(builder, |builder, (name, value)| builder.header(name, value));
    Ok(builder.body(Bytes::from_static(b"{\"a\":1}")).unwrap())
}

#[tokio::test]
async fn the_invoke_api_is_spoken() {
    let (answer, client) = invoke(response(200, None)).await;
    let answer = answer.unwrap();
    assert_eq!((answer.payload.as_ref(), answer.function_error), (b"{\"a\":1}".as_slice(), None));
    let (request, options) = client.seen.lock().take().unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "http://127.0.0.1:3001/2015-03-31/functions/check/invocations");
    assert_eq!(request.headers()["x-amz-invocation-type"], "RequestResponse");
    assert_eq!(request.headers()["x-amzn-trace-id"], "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");
    assert_eq!(request.body(), "{}");
    assert_eq!(options.timeout_ms, 5000);
}

#[tokio::test]
async fn an_answer_bears_the_endpoints_id_of_the_call() {
    let (answer, _) = invoke(response(200, Some(("x-amzn-requestid", "8a6e0804")))).await;
    assert_eq!(answer.unwrap().request_id.as_deref(), Some("8a6e0804"));
    let long = "a".repeat(10_000);
    let (answer, _) = invoke(response(200, Some(("x-amzn-requestid", &long)))).await;
    assert_eq!(answer.unwrap().request_id.map(|id| id.len()), Some(256));
    assert_eq!(invoke(response(200, None)).await.0.unwrap().request_id, None);
}

#[tokio::test]
async fn failures_are_told_apart() {
    let (failed, _) = invoke(response(200, Some(("x-amz-function-error", "Unhandled")))).await;
    assert_eq!(failed.unwrap().function_error.as_deref(), Some("Unhandled"));
    let cases = [
        (response(404, None), InvokeError::NotFound),
        (
            response(403, Some(("x-amzn-errortype", "AccessDeniedException:http://x"))),
            InvokeError::Refused("AccessDeniedException".to_owned()),
        ),
        (response(418, None), InvokeError::Refused("418".to_owned())),
        (Err(HttpError::TimedOut(1)), InvokeError::TimedOut),
    ];
    for (answer, expected) in cases {
        assert_eq!(invoke(answer).await.0.unwrap_err(), expected);
    }
    for answer in [response(500, None), response(301, None), Err(HttpError::Connect("refused".to_owned()))] {
        assert!(matches!(invoke(answer).await.0, Err(InvokeError::Unavailable(_))));
    }
    assert!(matches!(NoFunctions.invoke(call()).await, Err(InvokeError::Unavailable(_))));
}

#[test]
fn names_stay_within_their_segment() {
    assert_eq!(path(WHOLE, "arn:aws:lambda:r:1:function:f:live"), "/2015-03-31/functions/f/invocations?Qualifier=live");
    assert_eq!(path(WHOLE, "plain"), "/2015-03-31/functions/plain/invocations");
    assert_eq!(path(WHOLE, "arn:aws:lambda:r:1:function:../a?b"), "/2015-03-31/functions/%2E%2E%2Fa%3Fb/invocations");
    assert_eq!(path(WHOLE, "arn:aws"), "/2015-03-31/functions//invocations");
}

#[tokio::test]
async fn a_streamed_call_gives_the_functions_own_bytes() {
    let end = event_stream::invoke_complete(event_stream::InvokeComplete::default());
    let body = [event_stream::payload_chunk(b"first "), event_stream::payload_chunk(b"last"), end].concat();
    let answer = Ok(Response::new(Bytes::from(body)));
    let client = Arc::new(Scripted { answer: Lock::new(Some(answer)), seen: Lock::new(None) });
    let door: Arc<dyn HttpClient> = client.clone();
    let mut stream = HttpInvoker::new(door, "http://127.0.0.1:3001").open(call()).await.unwrap().body;
    let mut read = Vec::new();
    while let Some(piece) = crate::stream::next(&mut stream).await {
        read.extend_from_slice(&piece.unwrap());
    }
    assert_eq!(read, b"first last");
    let (request, _) = client.seen.lock().take().unwrap();
    assert_eq!(request.uri(), "http://127.0.0.1:3001/2021-11-15/functions/check/response-streaming-invocations");
}

#[tokio::test]
async fn a_streamed_call_that_is_refused_is_told_apart() {
    let client = Arc::new(Scripted { answer: Lock::new(Some(response(404, None))), seen: Lock::new(None) });
    let door: Arc<dyn HttpClient> = client;
    let refused = HttpInvoker::new(door, "http://127.0.0.1:3001").open(call()).await;
    assert_eq!(refused.unwrap_err(), InvokeError::NotFound);
    assert!(matches!(NoFunctions.open(call()).await, Err(InvokeError::Unavailable(_))));
}
