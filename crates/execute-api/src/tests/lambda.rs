//! Functions: `AWS` with mapping both ways, and `AWS_PROXY`.

use bytes::Bytes;
use serde_json::{Value, json};
use world::{FunctionAnswer, InvokeError};

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::integration_plan::{BinaryMediaTypes, Credentials, LambdaTarget};
use crate::plan::*;
use crate::uri_template::UriTemplate;

pub const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:pets";

fn target() -> LambdaTarget {
    LambdaTarget {
        function: UriTemplate::parse(FUNCTION),
        method: HttpMethod::Post,
        credentials: Credentials::None,
        timeout_ms: 5000,
    }
}

fn proxy() -> MethodPlan {
    let mut plan = http_proxy("");
    plan.integration.kind = IntegrationKind::LambdaProxy(target());
    plan
}

fn custom(request_template: &str) -> MethodPlan {
    let mut plan = mock(request_template, "");
    plan.integration.kind = IntegrationKind::Lambda(target());
    plan
}

fn answers(fixture: &Fixture, payload: impl Into<Bytes>, function_error: Option<&str>) {
    let answer =
        FunctionAnswer { payload: payload.into(), function_error: function_error.map(str::to_owned), request_id: None };
    fixture.functions.on(FUNCTION, move |_| Ok(answer.clone()));
}

#[tokio::test]
async fn a_proxy_event_holds_the_whole_request() {
    let fixture = Fixture::of(vec![("/pets/{id}", HttpMethod::Any, proxy())]);
    answers(&fixture, r#"{"statusCode":200,"body":"ok"}"#, None);
    let headers = [("user-agent", "curl/8"), ("x-multi", "1"), ("x-multi", "2"), ("auth-token", "t")];
    let response = fixture.send(request("PUT", "/pets/7?a=1&a=2&b=", &headers, r#"{"n":1}"#)).await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, "ok"));
    assert_eq!(header_of(&response, "content-type"), Some("application/json"));
    assert!(header_of(&response, "x-amzn-trace-id").is_some());
    let call = fixture.functions.take_calls().remove(0);
    assert_eq!(call.source_arn, format!("arn:aws:execute-api:us-east-1:123456789012:{API}/{STAGE}/*/pets/*"));
    assert_eq!((call.principal, call.timeout_ms), ("apigateway.amazonaws.com", 5000));
    let event: Value = serde_json::from_slice(&call.payload).unwrap();
    let names: Vec<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "resource",
            "path",
            "httpMethod",
            "headers",
            "multiValueHeaders",
            "queryStringParameters",
            "multiValueQueryStringParameters",
            "pathParameters",
            "stageVariables",
            "requestContext",
            "body",
            "isBase64Encoded"
        ]
    );
    assert_eq!(
        (&event["resource"], &event["path"], &event["httpMethod"]),
        (&json!("/pets/{id}"), &json!("/pets/7"), &json!("PUT"))
    );
    assert_eq!(event["queryStringParameters"], json!({"a": "2", "b": ""}));
    assert_eq!(event["multiValueQueryStringParameters"], json!({"a": ["1", "2"], "b": [""]}));
    assert_eq!(event["pathParameters"], json!({"id": "7"}));
    assert_eq!(event["stageVariables"], json!({"host": "backend.test"}));
    assert_eq!(event["multiValueHeaders"]["X-Multi"], json!(["1", "2"]));
    assert_eq!(event["headers"]["X-Multi"], "2");
    assert_eq!(event["headers"]["User-Agent"], "curl/8");
    assert_eq!(event["headers"]["auth-token"], "t");
    assert_eq!(event["headers"]["X-Forwarded-For"], "203.0.113.9");
    assert_eq!(event["headers"]["X-Forwarded-Port"], "443");
    assert_eq!(event["headers"]["X-Forwarded-Proto"], "https");
    assert!(event["headers"]["X-Amzn-Trace-Id"].as_str().unwrap().starts_with("Root=1-"));
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!(r#"{"n":1}"#), &json!(false)));
    let context = &event["requestContext"];
    for (name, value) in [
        ("accountId", "123456789012"),
        ("apiId", API),
        ("stage", STAGE),
        ("httpMethod", "PUT"),
        ("path", "/dev/pets/7"),
        ("protocol", "HTTP/1.1"),
        ("resourceId", "res123"),
        ("resourcePath", "/pets/{id}"),
        ("requestTime", "02/Jan/2026:03:04:05 +0000"),
        ("domainPrefix", API),
        ("deploymentId", "dep123"),
    ] {
        assert_eq!(context[name], value, "{name}");
    }
    assert_eq!(context["requestTimeEpoch"], 1_767_323_045_000_i64);
    assert_eq!(context["identity"]["sourceIp"], "203.0.113.9");
    assert_eq!(context["identity"]["user"], Value::Null);
    assert!(context.get("authorizer").is_none() && context["identity"].get("apiKey").is_none());
}

#[tokio::test]
async fn absent_maps_of_an_event_are_null() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, proxy())]);
    answers(&fixture, "{\"statusCode\":200}", None);
    fixture.send(get("/")).await;
    let event: Value = serde_json::from_slice(&fixture.functions.take_calls()[0].payload).unwrap();
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body"] {
        assert_eq!(event[name], Value::Null, "{name}");
    }
}

#[tokio::test]
async fn claims_of_the_caller_stand_in_the_event() {
    let mut plan = proxy();
    plan.authorization = cognito(&[]);
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, plan)]);
    answers(&fixture, "{\"statusCode\":200}", None);
    let token = KEY.sign(&id_claims()).unwrap();
    assert_eq!(fixture.send(request("GET", "/", &[("authorization", &token)], "")).await.status(), 200);
    let event: Value = serde_json::from_slice(&fixture.functions.take_calls()[0].payload).unwrap();
    assert_eq!(event["requestContext"]["authorizer"]["claims"]["email"], "alice@example.com");
    assert_eq!(event["requestContext"]["authorizer"]["claims"]["cognito:groups"], "admin,users");
}

#[tokio::test]
async fn what_a_function_of_a_proxy_may_answer() {
    let good: [(Value, u16, &str); 8] = [
        (json!({"statusCode": 201}), 201, ""),
        (json!({"statusCode": "202", "body": "b"}), 202, "b"),
        (json!({"headers": {"x-a": "1"}}), 200, ""),
        (json!({"statusCode": 200, "headers": null, "body": null}), 200, ""),
        (json!({"statusCode": 200, "headers": {"x-b": true, "x-n": 7}}), 200, ""),
        (json!({"statusCode": 200, "isBase64Encoded": true, "body": "aGk="}), 200, "aGk="),
        (json!({"statusCode": 200, "isBase64Encoded": "false", "body": "x"}), 200, "x"),
        (json!({"statusCode": 404, "multiValueHeaders": {"x-m": ["1", "2"]}, "headers": {"x-m": "3"}}), 404, ""),
    ];
    for (answer, status, text) in good {
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, proxy())]);
        answers(&fixture, answer.to_string(), None);
        let response = fixture.send(get("/")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (status, text), "{answer}");
        if status == 404 {
            let values: Vec<_> = response.headers().get_all("x-m").iter().map(|v| v.to_str().unwrap()).collect();
            assert_eq!(values, ["1", "2", "3"]);
        }
    }
    for bad in [
        "",
        "null",
        "[]",
        "{}",
        "\"text\"",
        r#"{"statusCode":200,"unknown":1}"#,
        r#"{"statusCode":"x"}"#,
        r#"{"statusCode":true}"#,
        r#"{"statusCode":99}"#,
        r#"{"statusCode":200.5}"#,
        r#"{"statusCode":99999999999}"#,
        r#"{"statusCode":200,"body":{"a":1}}"#,
        r#"{"statusCode":200,"headers":[]}"#,
        r#"{"statusCode":200,"headers":{"a b":"1"}}"#,
        r#"{"statusCode":200,"headers":{"a":"1\r\nset-cookie: x=1"}}"#,
        r#"{"statusCode":200,"multiValueHeaders":{"a":"1"}}"#,
        r#"{"statusCode":200,"isBase64Encoded":1}"#,
    ] {
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, proxy())]);
        answers(&fixture, bad, None);
        let response = fixture.send(get("/")).await;
        assert_eq!(
            (response.status().as_u16(), body(&response)),
            (502, r#"{"message": "Internal server error"}"#),
            "{bad}"
        );
        assert_eq!(header_of(&response, "x-amzn-errortype"), Some("InternalServerErrorException"));
    }
}

#[tokio::test]
async fn functions_that_fail() {
    let cases = [
        (InvokeError::TimedOut, 504, r#"{"message": "Endpoint request timed out"}"#),
        (InvokeError::NotFound, 500, r#"{"message": "Internal server error"}"#),
        (InvokeError::Refused("AccessDeniedException".into()), 500, r#"{"message": "Internal server error"}"#),
        (InvokeError::Refused("TooManyRequestsException".into()), 500, r#"{"message": "Internal server error"}"#),
        (InvokeError::Unavailable("none".into()), 504, r#"{"message": "Network error communicating with endpoint"}"#),
    ];
    for (error, status, text) in cases {
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, proxy())]);
        let answer = error.clone();
        fixture.functions.on(FUNCTION, move |_| Err(answer.clone()));
        let response = fixture.send(get("/")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (status, text), "{error}");
    }
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, proxy())]);
    answers(&fixture, r#"{"errorMessage":"secret"}"#, Some("Unhandled"));
    let response = fixture.send(get("/")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (502, r#"{"message": "Internal server error"}"#));
}

#[tokio::test]
async fn functions_are_called_by_post_alone() {
    let mut plan = proxy();
    plan.integration.kind = IntegrationKind::LambdaProxy(LambdaTarget { method: HttpMethod::Get, ..target() });
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, plan)]);
    assert_eq!(fixture.send(get("/")).await.status(), 500);
    assert!(fixture.functions.take_calls().is_empty());
}

#[tokio::test]
async fn stage_variables_complete_the_functions_name() {
    let named = |function: &str| {
        let mut plan = proxy();
        let function = UriTemplate::parse(function);
        plan.integration.kind = IntegrationKind::LambdaProxy(LambdaTarget { function, ..target() });
        Fixture::of(vec![("/", HttpMethod::Get, plan)])
    };
    let fixture = named("arn:aws:lambda:us-east-1:123456789012:function:${stageVariables.host}");
    fixture.send(get("/")).await;
    assert_eq!(
        fixture.functions.take_calls()[0].function_arn,
        "arn:aws:lambda:us-east-1:123456789012:function:backend.test"
    );
    // A variable must not lead to another service.
    for wrong in ["${stageVariables.host}", "arn:aws:s3:::bucket", "arn:aws:lambda:us-east-1:123456789012:layer:x"] {
        let fixture = named(wrong);
        assert_eq!(fixture.send(get("/")).await.status(), 500, "{wrong}");
        assert!(fixture.functions.take_calls().is_empty());
    }
}

#[tokio::test]
async fn a_custom_integration_maps_both_ways_and_selects_by_the_errors_message() {
    let mut plan = custom(r#"{"id":"$input.params('id')","name":$input.json('$.name')}"#);
    let mut ok = response(200);
    ok.templates = templates(&[("application/json", "{\"pet\":$input.json('$.pet')}")]);
    let not_found = selected(404, "No such pet: .*", "{\"error\":\"$input.path('$.errorMessage')\"}");
    plan.integration.responses = vec![ok, selected(400, ".*bad.*", "bad"), not_found];
    let fixture = Fixture::of(vec![("/", HttpMethod::Post, plan)]);
    let send = || fixture.send(request("POST", "/?id=7", &[], r#"{"name":"Rex"}"#));
    answers(&fixture, r#"{"pet":{"a":1}}"#, None);
    let response = send().await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, r#"{"pet":{"a":1}}"#));
    assert_eq!(fixture.functions.take_calls()[0].payload.as_ref(), br#"{"id":"7","name":"Rex"}"#);
    answers(&fixture, r#"{"errorMessage":"No such pet: 7"}"#, Some("Unhandled"));
    let response = send().await;
    assert_eq!((response.status().as_u16(), body(&response)), (404, r#"{"error":"No such pet: 7"}"#));
    // An error that no pattern matches is the default response, as at AWS.
    answers(&fixture, r#"{"errorMessage":"other"}"#, Some("Unhandled"));
    assert_eq!(send().await.status(), 200);
    // The pattern matches the whole message.
    answers(&fixture, r#"{"errorMessage":"Oh: No such pet: 7"}"#, Some("Handled"));
    assert_eq!(send().await.status(), 200);
}

#[tokio::test]
async fn an_event_invocation_waits_for_no_answer() {
    let mut plan = custom("{}");
    plan.integration.request_parameters =
        vec![parameter("integration.request.header.X-Amz-Invocation-Type", "'Event'")];
    plan.integration.responses = vec![response(200), selected(404, "202", "")];
    let fixture = Fixture::of(vec![("/", HttpMethod::Post, plan)]);
    answers(&fixture, "ignored", None);
    let response = fixture.send(request("POST", "/", &[], "")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, ""));
    assert_eq!(fixture.functions.take_calls().len(), 1);
}

#[tokio::test]
async fn mappings_do_not_set_the_headers_of_the_call_itself() {
    for name in
        ["Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE", "Content-Length", "X-Amzn-Trace-Id"]
    {
        for mut plan in [proxy(), custom("{}")] {
            plan.integration.request_parameters = vec![parameter(&format!("integration.request.header.{name}"), "'1'")];
            let fixture = Fixture::of(vec![("/", HttpMethod::Get, plan)]);
            assert_eq!(fixture.send(get("/")).await.status(), 500, "{name}");
            assert!(fixture.functions.take_calls().is_empty());
        }
    }
}

#[tokio::test]
async fn bytes_travel_as_base64_where_the_api_says_so() {
    let routes = || vec![("/", HttpMethod::Any, proxy())];
    let fixture = Fixture::of(routes());
    let mut plan = stage(routes(), Default::default());
    let deployment =
        DeploymentPlan { binary_media_types: BinaryMediaTypes::new(["image/png"]), ..deployment(routes()) };
    plan.deployment = std::sync::Arc::new(deployment);
    fixture.gateway.plans().put_stage(plan);
    answers(
        &fixture,
        r#"{"statusCode":200,"isBase64Encoded":true,"body":"//4=","headers":{"content-type":"image/png"}}"#,
        None,
    );
    let mut sent = request("POST", "/", &[("content-type", "image/png"), ("accept", "image/png,*/*")], "");
    sent.body = Bytes::from_static(&[0xff, 0x00]);
    let response = fixture.send(sent).await;
    assert_eq!(response.body().as_ref(), [0xff, 0xfe]);
    let event: Value = serde_json::from_slice(&fixture.functions.take_calls()[0].payload).unwrap();
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("/wA="), &json!(true)));
    // A caller who does not take bytes gets the text.
    let response = fixture.send(request("GET", "/", &[("accept", "text/html")], "")).await;
    assert_eq!(body(&response), "//4=");
}
