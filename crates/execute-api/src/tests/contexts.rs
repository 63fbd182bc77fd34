//! `$context`: ids of the calls behind a request, what is known of its caller, its release.

use std::sync::Arc;

use bytes::Bytes;
use mapping_template::ContextVariables as _;
use serde_json::{Value, json};
use world::FunctionAnswer;
use world::fake::SeededRng;

use super::fixture::*;
use crate::access_log::AccessLogFormat;
use crate::access_plan::LambdaInput;
use crate::access_plan::function_of;
use crate::api_key::{ApiKey, Caller};
use crate::authorizer::Authorized;
use crate::catalogue::HttpMethod;
use crate::context::Context;
use crate::integration_plan::{Credentials, LambdaTarget};
use crate::method_request::Exchange;
use crate::plan::*;
use crate::ports::IamIdentity;
use crate::stage_settings::{AccessLogDestination, AccessLogSettings};
use crate::uri_template::UriTemplate;

const CHECK: &str = "arn:aws:lambda:us-east-1:123456789012:function:check";
const PETS: &str = "arn:aws:lambda:us-east-1:123456789012:function:pets";
const ALLOWS: &str = r#"{"principalId":"u","policyDocument":{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}}"#;

fn target() -> LambdaTarget {
    let function = UriTemplate::parse(PETS);
    LambdaTarget { function, method: HttpMethod::Post, credentials: Credentials::None, timeout_ms: 5000 }
}

fn answers(fixture: &Fixture, arn: &str, payload: &'static str, request_id: &str) {
    let (payload, request_id) = (Bytes::from_static(payload.as_bytes()), Some(request_id.to_owned()));
    let answer = FunctionAnswer { payload, function_error: None, request_id };
    fixture.functions.on(arn, move |_| Ok(answer.clone()));
}

fn guarded() -> Authorization {
    let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{CHECK}/invocations");
    Authorization::Lambda(Arc::new(LambdaAuthorizer {
        id: "auth12".to_owned(),
        input: LambdaInput::Token { header: http::HeaderName::from_static("authorization"), validation: None },
        function: function_of(&uri).unwrap(),
        credentials: None,
        ttl_s: 300,
    }))
}

fn serving(method: MethodPlan, format: &str) -> Fixture {
    let fixture = Fixture::of(vec![]);
    let mut stage = stage(vec![("/", HttpMethod::Get, method)], Default::default());
    stage.settings.access_log = Some(AccessLogSettings {
        destination: AccessLogDestination::Group("access".to_owned()),
        format: AccessLogFormat::compile(format).unwrap(),
    });
    fixture.gateway.plans().put_stage(stage);
    fixture
}

#[tokio::test]
async fn an_access_log_names_the_calls_of_authorizer_and_integration() {
    let mut method = http_proxy("");
    method.integration.kind = IntegrationKind::LambdaProxy(target());
    method.authorization = guarded();
    let format = "$context.status $context.authorizer.requestId $context.integration.requestId \
        $context.awsEndpointRequestId $context.extendedRequestId";
    let fixture = serving(method, format);
    answers(&fixture, CHECK, ALLOWS, "of-the-authorizer");
    answers(&fixture, PETS, r#"{"statusCode":200}"#, "of-the-function");
    for _ in 0..2 {
        fixture.send(request("GET", "/", &[("authorization", "t")], "")).await;
    }
    // Who answers falsely was called as well.
    answers(&fixture, PETS, "[]", "of-another");
    let refused = fixture.send(request("GET", "/", &[("authorization", "t")], "")).await;
    assert_eq!(refused.status(), 502);
    answers(&fixture, CHECK, "{}", "of-a-broken-one");
    fixture.send(request("GET", "/", &[("authorization", "other")], "")).await;
    let logs = fixture.logs.0.lock();
    let starts = [
        "200 of-the-authorizer of-the-function of-the-function ",
        // A kept answer is nobody's call.
        "200 - of-the-function of-the-function ",
        "502 - of-another of-another ",
        "500 of-a-broken-one - - ",
    ];
    assert_eq!(logs.len(), starts.len());
    for ((_, line), start) in logs.iter().zip(starts) {
        assert!(line.starts_with(start), "{line}\n{start}");
    }
}

#[tokio::test]
async fn a_template_of_the_answer_knows_the_integrations_call() {
    let mut method = mock("{}", "$context.awsEndpointRequestId");
    method.integration.kind = IntegrationKind::Lambda(target());
    let id = header("method.response.header.Call", "context.awsEndpointRequestId");
    let theirs = header("method.response.header.Theirs", "integration.response.header.x-amzn-RequestId");
    for response in &mut method.integration.responses {
        response.headers.extend([id.clone(), theirs.clone()]);
    }
    let fixture = serving(method, "$context.requestId");
    answers(&fixture, PETS, "{}", "of-the-function");
    let response = fixture.send(get("/")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, "of-the-function"));
    assert_eq!(header_of(&response, "call"), Some("of-the-function"));
    assert_eq!(header_of(&response, "theirs"), Some("of-the-function"));
    // Nobody answered yet where the request is mapped.
    let fixture =
        Fixture::of(vec![("/", HttpMethod::Get, mock(r#"{"statusCode":200}"#, "[$context.awsEndpointRequestId]"))]);
    assert_eq!(body(&fixture.send(get("/")).await), "[]");
}

fn caller(authorized: Authorized) -> Caller {
    let api_key = Some(ApiKey { id: "key123".to_owned(), value: "secret-key".to_owned() });
    Caller { authorized, api_key }
}

fn alice() -> IamIdentity {
    IamIdentity {
        account_id: "123456789012".to_owned(),
        access_key: "AKIAALICE".to_owned(),
        user_id: "AIDAALICE".to_owned(),
        user_arn: "arn:aws:iam::123456789012:user/alice".to_owned(),
        cognito: None,
    }
}

#[test]
fn identity_as_a_whole_holds_what_is_set() {
    let request = request("GET", "/", &[("user-agent", "curl/8")], "");
    let exchange = Exchange::begin(Arc::new(stage(Vec::new(), Default::default())), request, &SeededRng::new(1));
    let nobody = Context::of(&exchange);
    assert_eq!(nobody.get(&["identity"]), Some(json!({"sourceIp": "203.0.113.9", "userAgent": "curl/8"})));
    let signed = caller(Authorized::Iam { identity: Arc::new(alice()), may_invalidate: false, credentials: None });
    let known = Context { caller: Some(&signed), ..nobody };
    let expected = json!({
        "accessKey": "AKIAALICE",
        "accountId": "123456789012",
        "apiKey": "secret-key",
        "apiKeyId": "key123",
        "caller": "AIDAALICE",
        "sourceIp": "203.0.113.9",
        "user": "AIDAALICE",
        "userAgent": "curl/8",
        "userArn": "arn:aws:iam::123456789012:user/alice",
    });
    assert_eq!(known.get(&["identity"]), Some(expected.clone()));
    assert_eq!(known.get(&[]).unwrap()["identity"], expected);
    let cognito = crate::ports::CognitoIdentity {
        identity_id: "eu-west-1:1".to_owned(),
        identity_pool_id: "eu-west-1:2".to_owned(),
        authentication_type: "unauthenticated".to_owned(),
        authentication_provider: None,
    };
    let identity = IamIdentity { cognito: Some(cognito), ..alice() };
    let guest = caller(Authorized::Iam { identity: Arc::new(identity), may_invalidate: false, credentials: None });
    let shown = Context { caller: Some(&guest), ..nobody }.get(&["identity"]).unwrap();
    assert_eq!(shown["cognitoIdentityId"], "eu-west-1:1");
    assert_eq!(shown.get("cognitoAuthenticationProvider"), None);
}

#[test]
fn only_a_stage_with_a_canary_tells_of_it() {
    let exchange = |stage| Exchange::begin(Arc::new(stage), get("/"), &SeededRng::new(1));
    let mut plan = stage(Vec::new(), Default::default());
    assert_eq!(Context::of(&exchange(stage(Vec::new(), Default::default()))).get(&["isCanaryRequest"]), None);
    let canary = Arc::new(stage(Vec::new(), Default::default()));
    plan.settings.canary = Some(crate::stage_settings::Canary { percent: 0.0, plan: canary });
    let exchange = exchange(plan);
    assert_eq!(Context::of(&exchange).get(&["isCanaryRequest"]), Some(Value::Bool(false)));
    assert_eq!(Context::of(&exchange).get(&[]).unwrap()["isCanaryRequest"], Value::Bool(false));
}
