//! Answers that flow.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use aws_types::ByteStream;
use bytes::Bytes;
use futures_core::Stream;
use http::{Request, Response};
use world::{FunctionAnswer, FunctionFailed, HttpClient, HttpError, HttpOptions, InvokeError, Lock};

use super::fixture::*;
use crate::access_log::AccessLogFormat;
use crate::catalogue::HttpMethod;
use crate::integration_plan::{Credentials, LambdaTarget, TransferMode};
use crate::plan::{IntegrationKind, MethodPlan};
use crate::stage_settings::{AccessLogDestination, AccessLogSettings};
use crate::test_invoke::{TestRequest, test_invoke_method};
use crate::uri_template::UriTemplate;
use crate::{Body, Doors, Gateway, Plans};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:flow";

/// Pieces, and how they end.
struct Pieces(Vec<&'static str>, Option<io::Error>);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Ready(self.1.take().map(Err));
        }
        Poll::Ready(Some(Ok(Bytes::from_static(self.0.remove(0).as_bytes()))))
    }
}

fn pieces(pieces: &[&'static str], end: Option<io::Error>) -> ByteStream {
    ByteStream(Box::pin(Pieces(pieces.to_vec(), end)))
}

/// A backend whose one answer flows.
struct River(Lock<Option<Result<Response<ByteStream>, HttpError>>>);

#[async_trait::async_trait]
impl HttpClient for River {
    async fn send(&self, _: Request<Bytes>, _: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        panic!("a streamed answer is not asked for whole")
    }

    async fn open(&self, _: Request<Bytes>, _: HttpOptions) -> Result<Response<ByteStream>, HttpError> {
        self.0.lock().take().unwrap()
    }
}

fn streamed(mut plan: MethodPlan) -> MethodPlan {
    plan.integration.transfer = TransferMode::Stream;
    plan
}

const LOG: &str = "$context.requestId $context.status $context.responseLength $context.integration.responseTransferMode \
                   $context.integration.error $context.resourcePath";

/// A gateway with one streamed method, whose access log is kept.
fn gateway(plan: MethodPlan, answer: Result<Response<ByteStream>, HttpError>) -> Fixture {
    let fixture = Fixture::of(Vec::new());
    let mut stage = stage(vec![("/", HttpMethod::Get, streamed(plan))], Default::default());
    let format = AccessLogFormat::compile(LOG).unwrap();
    stage.settings.access_log =
        Some(AccessLogSettings { destination: AccessLogDestination::Group("access".to_owned()), format });
    let plans = Arc::new(Plans::new());
    plans.put_stage(stage);
    let doors = Doors { http: Arc::new(River(Lock::new(Some(answer)))), ..fixture.gateway.doors().clone() };
    Fixture { gateway: Gateway::new(plans, doors), ..fixture }
}

fn river(stream: ByteStream) -> Result<Response<ByteStream>, HttpError> {
    let response = Response::builder().status(206).header("server", "s").header("x-own", "1");
    Ok(response.body(stream).unwrap())
}

async fn flows(fixture: &Fixture) -> (Response<()>, ByteStream) {
    let (head, body) = fixture.gateway.handle(get("/")).await.into_parts();
    let Body::Stream(stream) = body else { panic!("the answer is not a stream: {body:?}") };
    (Response::from_parts(head, ()), stream)
}

async fn all(mut stream: ByteStream) -> (String, Option<io::Error>) {
    let mut read = Vec::new();
    let mut error = None;
    while let Some(piece) = world::stream::next(&mut stream).await {
        match piece {
            Ok(piece) => read.extend_from_slice(&piece),
            Err(cause) => error = Some(cause),
        }
    }
    (String::from_utf8(read).unwrap(), error)
}

fn log_line(fixture: &Fixture) -> String {
    let logs = fixture.logs.0.lock();
    assert_eq!(logs.len(), 1, "told once");
    let line = &logs[0].1;
    line.split_once(' ').unwrap().1.to_owned()
}

#[tokio::test]
async fn a_proxys_answer_flows_behind_its_mapped_head_and_is_told_at_its_end() {
    let fixture = gateway(http_proxy("http://backend.test/"), river(pieces(&["first ", "last"], None)));
    let (head, stream) = flows(&fixture).await;
    assert_eq!(head.status(), 206);
    assert_eq!(
        (&head.headers()["x-own"], &head.headers()["x-amzn-remapped-server"]),
        (&"1".parse().unwrap(), &"s".parse().unwrap())
    );
    assert!(head.headers().contains_key("x-amzn-requestid") && head.headers().contains_key("x-amz-apigw-id"));
    assert!(fixture.logs.0.lock().is_empty(), "nothing is told before the end");
    let (body, error) = all(stream).await;
    assert_eq!((body.as_str(), error.is_none()), ("first last", true));
    assert_eq!(log_line(&fixture), "206 10 STREAMED - /");
}

#[tokio::test]
async fn a_stream_that_breaks_ends_in_an_error_and_the_log_says_why() {
    let broken = io::Error::other("the backend broke off");
    let fixture = gateway(http_proxy("http://backend.test/"), river(pieces(&["first"], Some(broken))));
    let (body, error) = all(flows(&fixture).await.1).await;
    assert_eq!((body.as_str(), error.is_some()), ("first", true));
    assert_eq!(log_line(&fixture), "206 5 STREAMED the backend broke off /");
}

#[tokio::test]
async fn a_caller_that_leaves_is_told_of_too() {
    let fixture = gateway(http_proxy("http://backend.test/"), river(pieces(&["first", "last"], None)));
    let (_, mut stream) = flows(&fixture).await;
    assert!(world::stream::next(&mut stream).await.is_some());
    drop(stream);
    assert_eq!(log_line(&fixture), "206 5 STREAMED the caller left before its end /");
}

/// Silent; whoever has the other half learns when it is dropped.
struct Held(tokio::sync::oneshot::Sender<()>);

impl Stream for Held {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        assert!(!self.0.is_closed(), "somebody waits for the end");
        Poll::Pending
    }
}

#[tokio::test]
async fn a_caller_that_takes_nothing_does_not_hold_the_backend_beyond_the_time_and_is_told_of() {
    let (held, gone) = tokio::sync::oneshot::channel();
    let mut plan = http_proxy("http://backend.test/");
    let IntegrationKind::HttpProxy(target) = &mut plan.integration.kind else { panic!("a proxy") };
    target.timeout_ms = 50;
    let fixture = gateway(plan, river(ByteStream(Box::pin(Held(held)))));
    let (_, stream) = flows(&fixture).await;
    assert!(gone.await.is_err());
    assert_eq!(log_line(&fixture), "206 0 STREAMED the time for the whole was up /");
    let (body, error) = all(stream).await;
    assert_eq!((body.as_str(), error.unwrap().kind()), ("", io::ErrorKind::TimedOut));
    assert_eq!(log_line(&fixture), "206 0 STREAMED the time for the whole was up /");
}

#[tokio::test]
async fn what_goes_wrong_before_the_head_is_a_gateway_response() {
    for (error, status) in [(HttpError::TimedOut(1), 504), (HttpError::Broken(String::new()), 504)] {
        let fixture = gateway(http_proxy("http://backend.test/"), Err(error));
        let response = whole(fixture.gateway.handle(get("/")).await);
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn a_kind_that_cannot_flow_does_not() {
    let fixture = gateway(mock("{\"statusCode\": 200}", ""), river(pieces(&[], None)));
    assert_eq!(whole(fixture.gateway.handle(get("/")).await).status(), 500);
}

fn function() -> MethodPlan {
    let mut plan = mock("", "");
    plan.integration.kind = IntegrationKind::LambdaProxy(LambdaTarget {
        function: UriTemplate::parse(FUNCTION),
        method: HttpMethod::Post,
        credentials: Credentials::None,
        timeout_ms: 29_000,
    });
    plan
}

fn answers(answer: Result<FunctionAnswer, InvokeError>) -> Fixture {
    let fixture = gateway(function(), Err(HttpError::TimedOut(0)));
    fixture.functions.on(FUNCTION, move |_| answer.clone());
    fixture
}

fn said(payload: &[u8]) -> Result<FunctionAnswer, InvokeError> {
    Ok(FunctionAnswer { payload: Bytes::copy_from_slice(payload), function_error: None, request_id: None })
}

#[tokio::test]
async fn a_functions_answer_is_metadata_a_delimiter_and_the_body() {
    let metadata = br#"{"statusCode": 201, "headers": {"x-one": "a", "content-length": "9"},
        "multiValueHeaders": {"x-many": ["b", "c"]}, "cookies": ["k=v", "l=w"], "other": 1}"#;
    let fixture = answers(said(&[metadata, &[0; 8][..], b"\0body"].concat()));
    let (head, stream) = flows(&fixture).await;
    let headers = head.headers();
    assert_eq!((head.status().as_u16(), &headers["x-one"]), (201, &"a".parse().unwrap()));
    assert_eq!(headers.get_all("x-many").iter().count(), 2);
    assert_eq!(headers.get_all("set-cookie").iter().collect::<Vec<_>>(), ["k=v", "l=w"]);
    assert!(!headers.contains_key("content-length"));
    assert_eq!(all(stream).await.0, "\0body");
    let (head, stream) = flows(&answers(said(b"{}\0\0\0\0\0\0\0\0"))).await;
    assert_eq!((head.status().as_u16(), all(stream).await.0.as_str()), (200, ""));
}

#[tokio::test]
async fn a_functions_answer_that_is_none_is_a_502() {
    let late = [vec![b' '; 16 * 1024 - 9], b"{}".to_vec(), vec![0; 8]].concat();
    let failed = Ok(FunctionAnswer {
        payload: Bytes::from_static(b"{}"),
        function_error: Some("Unhandled".to_owned()),
        request_id: None,
    });
    for answer in [
        said(b"no delimiter"),
        said(b"nonsense\0\0\0\0\0\0\0\0body"),
        said(b"{\"statusCode\": 7}\0\0\0\0\0\0\0\0"),
        said(b"{\"cookies\": \"k=v\"}\0\0\0\0\0\0\0\0"),
        said(b"{\"cookies\": [\"k=\\n\"]}\0\0\0\0\0\0\0\0"),
        said(b"{\"headers\": {\"a b\": \"c\"}}\0\0\0\0\0\0\0\0"),
        said(b"{}\0\0\0\0\0\0\0"),
        said(&late),
        failed,
    ] {
        let response = whole(answers(answer).gateway.handle(get("/")).await);
        assert_eq!((response.status().as_u16(), body(&response)), (502, r#"{"message": "Internal server error"}"#));
    }
    let response = whole(answers(Err(InvokeError::TimedOut)).gateway.handle(get("/")).await);
    assert_eq!(response.status(), 504);
}

#[tokio::test]
async fn a_test_holds_what_came_and_has_no_log() {
    let failed = io::Error::other(FunctionFailed { code: "E".to_owned(), details: String::new() });
    let fixture = gateway(http_proxy("http://backend.test/"), river(pieces(&["first ", "last"], Some(failed))));
    let plan = fixture.gateway.plans().stage(API, STAGE).unwrap().plan;
    let resource = plan.deployment.router.find("/", |_| true).unwrap().resource;
    let test = TestRequest::default();
    let answer = test_invoke_method(fixture.gateway.doors(), Arc::clone(&plan), resource, "GET", test).await.unwrap();
    assert_eq!((answer.status, body(&answer.response), answer.log.as_str()), (206, "first last", ""));
}
