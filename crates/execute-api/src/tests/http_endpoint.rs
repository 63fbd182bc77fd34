//! HTTP and HTTP_PROXY integrations.

use bytes::Bytes;
use http::Response;
use world::HttpError;

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::plan::{ContentTemplates, IntegrationKind, MethodPlan};

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Result<Response<Bytes>, HttpError> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Bytes::copy_from_slice(body.as_bytes())).unwrap())
}

fn http(uri: &str) -> MethodPlan {
    let mut plan = http_proxy(uri);
    plan.integration.kind = IntegrationKind::Http(http_target(uri));
    plan.integration.responses = vec![response(200)];
    plan
}

#[tokio::test]
async fn a_proxy_passes_the_request_on() {
    let mut plan = http_proxy("https://${stageVariables.host}/base/{proxy}?fixed=1");
    plan.integration.request_parameters = vec![
        parameter("integration.request.path.proxy", "method.request.path.proxy"),
        parameter("integration.request.querystring.a", "'3'"),
        parameter("integration.request.header.x-sub", "context.identity.sourceIp"),
    ];
    let fixture = Fixture::of(vec![("/{proxy+}", HttpMethod::Any, plan)]);
    let headers = [
        ("host", "api.test"),
        ("user-agent", "curl/8"),
        ("content-encoding", "gzip"),
        ("connection", "close"),
        ("te", "trailers"),
        ("x-forwarded-for", "198.51.100.1"),
        ("x-multi", "1"),
        ("x-multi", "2"),
    ];
    let response = fixture.send(request("PUT", "/a%20b/c/?a=1&a=2", &headers, "payload")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, "hello"));
    let (seen, timeout_ms) = fixture.backend.seen.lock().remove(0);
    assert_eq!(seen.uri(), "https://backend.test/base/a%20b/c?fixed=1&a=1&a=2&a=3");
    assert_eq!((seen.method().as_str(), seen.body().as_ref(), timeout_ms), ("PUT", &b"payload"[..], 29_000));
    for absent in ["host", "content-encoding", "connection", "te"] {
        assert!(!seen.headers().contains_key(absent), "{absent}");
    }
    let text = |name: &str| seen.headers().get(name).map(|value| value.to_str().unwrap());
    assert_eq!(text("user-agent"), Some("curl/8"));
    assert_eq!(text("x-sub"), Some("203.0.113.9"));
    assert_eq!(text("x-forwarded-for"), Some("198.51.100.1, 203.0.113.9"));
    assert_eq!(text("x-amzn-apigateway-api-id"), Some(API));
    assert!(text("x-amzn-trace-id").is_some_and(|id| id.starts_with("Root=1-")));
    assert_eq!(seen.headers().get_all("x-multi").iter().count(), 2);
}

#[tokio::test]
async fn a_proxy_answer_comes_back_with_some_headers_renamed() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, http_proxy("http://backend.test/"))]);
    let headers = [
        ("content-type", "text/html"),
        ("date", "today"),
        ("server", "nginx"),
        ("content-length", "4"),
        ("transfer-encoding", "chunked"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("x-amzn-requestid", "theirs"),
    ];
    fixture.backend.answers.lock().push(answer(404, &headers, "nope"));
    let response = fixture.send(get("/")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (404, "nope"));
    assert_eq!(header_of(&response, "content-type"), Some("text/html"));
    assert_eq!(header_of(&response, "x-amzn-remapped-date"), Some("today"));
    assert_eq!(header_of(&response, "x-amzn-remapped-server"), Some("nginx"));
    assert_eq!(header_of(&response, "x-amzn-remapped-content-length"), Some("4"));
    assert_eq!(header_of(&response, "x-amzn-remapped-x-amzn-requestid"), Some("theirs"));
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    for absent in ["date", "server", "transfer-encoding", "x-amzn-errortype"] {
        assert_eq!(header_of(&response, absent), None, "{absent}");
    }
    assert_ne!(header_of(&response, "x-amzn-requestid"), Some("theirs"));
}

#[tokio::test]
async fn backends_that_do_not_answer() {
    let cases: Vec<(HttpError, u16, &str)> = vec![
        (HttpError::TimedOut(29_000), 504, r#"{"message": "Endpoint request timed out"}"#),
        (HttpError::Connect("refused".into()), 504, r#"{"message": "Network error communicating with endpoint"}"#),
        (HttpError::Broken("reset".into()), 504, r#"{"message": "Network error communicating with endpoint"}"#),
        (HttpError::Connect("dns error: no such host".into()), 500, r#"{"message": "Internal server error"}"#),
        (HttpError::TooLarge(1), 500, r#"{"message": "Internal server error"}"#),
    ];
    for (error, status, text) in cases {
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, http_proxy("http://backend.test/"))]);
        fixture.backend.answers.lock().push(Err(error));
        let response = fixture.send(get("/")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (status, text));
        assert_eq!(header_of(&response, "x-amzn-errortype"), Some("InternalServerErrorException"));
    }
}

#[tokio::test]
async fn illegal_headers_and_addresses_are_configuration_errors() {
    for name in ["Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "X-Amzn-Apigateway-Api-Id"] {
        let mut plan = http_proxy("http://backend.test/");
        plan.integration.request_parameters = vec![parameter(&format!("integration.request.header.{name}"), "'1'")];
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, plan)]);
        assert_eq!(fixture.send(get("/")).await.status(), 500, "{name}");
        assert!(fixture.backend.seen.lock().is_empty());
    }
    for uri in ["${stageVariables.none}", "ftp://x/", "//x", "http:///"] {
        let fixture = Fixture::of(vec![("/", HttpMethod::Get, http_proxy(uri))]);
        assert_eq!(fixture.send(get("/")).await.status(), 500, "{uri}");
    }
}

#[tokio::test]
async fn a_caller_cannot_climb_out_of_the_proxied_prefix() {
    let fixture = Fixture::of(vec![("/{proxy+}", HttpMethod::Get, http_proxy("http://backend.test/public/{proxy}"))]);
    for path in ["/../admin", "/a/../../admin", "/%2e%2e/admin", "/a%2f..%2f..%2fadmin"] {
        assert_eq!(fixture.send(get(path)).await.status(), 400, "{path}");
    }
    assert!(fixture.backend.seen.lock().is_empty());
}

#[tokio::test]
async fn http_maps_both_ways() {
    let mut plan = http("http://backend.test/pets/{id}");
    plan.integration.request_parameters = vec![
        parameter("integration.request.path.id", "method.request.querystring.id"),
        parameter("integration.request.header.x-body", "method.request.body.name"),
    ];
    plan.integration.request_templates = templates(&[(
        "application/json",
        "#set($context.requestOverride.header.x-over = 'yes')#set($context.requestOverride.querystring.q = 'a b')\
         {\"n\":$input.json('$.name')}",
    )]);
    let mut ok = response(200);
    ok.headers = vec![
        header("method.response.header.X-Total", "integration.response.header.x-count"),
        header("method.response.header.X-Name", "integration.response.body.pet.name"),
        header("method.response.header.Server", "'mine'"),
        header("method.response.header.Transfer-Encoding", "'chunked'"),
        header("method.response.header.X-None", "integration.response.header.absent"),
    ];
    ok.templates = templates(&[("application/json", "{\"pet\":$input.json('$.pet.name')}")]);
    plan.integration.responses = vec![ok, selected(404, "404", "gone")];
    let fixture = Fixture::of(vec![("/", HttpMethod::Post, plan)]);
    let pet = r#"{"pet":{"name":"Rex"}}"#;
    fixture.backend.answers.lock().push(answer(404, &[], ""));
    fixture.backend.answers.lock().push(answer(200, &[("x-count", "1"), ("x-count", "2")], pet));
    let send =
        || fixture.send(request("POST", "/?id=a/b", &[("x-own", "1"), ("accept", "text/html")], r#"{"name":"Rex"}"#));
    let response = send().await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, r#"{"pet":"Rex"}"#));
    assert_eq!(header_of(&response, "x-total"), Some("2"));
    assert_eq!(header_of(&response, "x-name"), Some("Rex"));
    assert_eq!(header_of(&response, "x-amzn-remapped-server"), Some("mine"));
    assert_eq!(header_of(&response, "transfer-encoding"), None);
    assert_eq!(header_of(&response, "x-none"), None);
    assert!(header_of(&response, "x-amzn-trace-id").is_some());
    let (seen, _) = fixture.backend.seen.lock().remove(0);
    assert_eq!(seen.uri(), "http://backend.test/pets/a/b?q=a%20b");
    assert_eq!(seen.body().as_ref(), br#"{"n":"Rex"}"#);
    let text = |name: &str| seen.headers().get(name).map(|value| value.to_str().unwrap());
    assert_eq!(text("user-agent"), Some("AmazonAPIGateway_a1b2c3d4e5"));
    assert_eq!(text("accept"), Some("application/json"));
    assert_eq!((text("x-body"), text("x-over"), text("x-own")), (Some("Rex"), Some("yes"), None));
    let response = send().await;
    assert_eq!((response.status().as_u16(), body(&response)), (404, "gone"));
}

#[tokio::test]
async fn http_without_templates_passes_bodies_as_they_are() {
    let mut plan = http("http://backend.test/");
    plan.integration.request_templates = ContentTemplates::default();
    let fixture = Fixture::of(vec![("/", HttpMethod::Post, plan)]);
    fixture.backend.answers.lock().push(answer(201, &[("content-type", "text/csv")], "a,b"));
    let response = fixture.send(request("POST", "/", &[("content-type", "text/csv")], "1,2")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (200, "a,b"));
    assert_eq!(header_of(&response, "content-type"), Some("text/csv"));
    assert_eq!(fixture.backend.seen.lock()[0].0.body().as_ref(), b"1,2");
}

/// A backend that knows the header would run another verb than the one that was let in.
#[tokio::test]
async fn a_backend_is_not_told_of_another_verb_than_the_one_let_in() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Any, http_proxy("http://backend.test/"))]);
    for (headers, verb) in [
        (&[("x-http-method-override", "delete")][..], "POST"),
        (&[("x-http-method-override", "ANY")], "POST"),
        (&[("x-http-method-override", "GET"), ("x-http-method-override", "DELETE")], "POST"),
        (&[("x-http-method-override", "PUT")], "PUT"),
    ] {
        fixture.send(request("POST", "/", headers, "")).await;
        let (seen, _) = fixture.backend.seen.lock().remove(0);
        assert_eq!(seen.method(), verb, "{headers:?}");
        assert!(!seen.headers().contains_key("x-http-method-override"), "{headers:?}");
    }
}

#[tokio::test]
async fn a_path_does_not_choose_the_host() {
    let fixture = Fixture::of(vec![("/{proxy+}", HttpMethod::Get, http_proxy("http://backend.test{proxy}"))]);
    for path in ["/.evil.test/x", "/@evil.test/", "/:80@evil.test/"] {
        assert_eq!(fixture.send(get(path)).await.status(), 400, "{path}");
    }
    assert!(fixture.backend.seen.lock().is_empty());
}

/// Read as values it would take many times its own length.
#[tokio::test]
async fn a_body_of_millions_of_values_is_not_taken_apart() {
    let mut plan = http_proxy("http://backend.test/");
    plan.integration.request_parameters = vec![parameter("integration.request.header.x-a", "method.request.body.a")];
    let fixture = Fixture::of(vec![("/", HttpMethod::Post, plan)]);
    for (values, mapped) in [(10, true), (4_000_000, false)] {
        let body = format!(r#"{{"a":"v","b":[0{}]}}"#, ",0".repeat(values));
        fixture.send(request("POST", "/", &[], &body)).await;
        let (seen, _) = fixture.backend.seen.lock().remove(0);
        assert_eq!(seen.headers().contains_key("x-a"), mapped, "{values}");
    }
}

/// What API Gateway adds to a request is seen by mappings and validators as by templates and functions, and what a caller
/// claims in its place is not.
#[tokio::test]
async fn mappings_see_what_api_gateway_adds() {
    let mut plan = http("http://backend.test/");
    let mapped = ["X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id", "Host", "X-Mine"];
    let target = |name: &str| format!("integration.request.querystring.{name}");
    plan.integration.request_parameters = mapped
        .iter()
        .map(|name| parameter(&target(name), &format!("method.request.header.{name}")))
        .chain([parameter(&target("all"), "method.request.multivalueheader.x-forwarded-proto")])
        .collect();
    plan.required_parameters.headers = vec!["X-Forwarded-For".to_owned(), "x-amzn-trace-id".to_owned()];
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, plan)]);
    let claimed = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-proto", "gopher"), ("x-mine", "m")];
    for (headers, chain, mine) in [(&claimed[..], "198.51.100.1, 203.0.113.9", "m"), (&[], "203.0.113.9", "")] {
        assert_eq!(fixture.send(request("GET", "/", headers, "")).await.status(), 200);
        let (seen, _) = fixture.backend.seen.lock().remove(0);
        let query = crate::method_request::parse_query(seen.uri().query().unwrap());
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        assert_eq!((value("X-Forwarded-For"), value("X-Mine")), (chain, mine));
        assert_eq!((value("X-Forwarded-Port"), value("X-Forwarded-Proto"), value("all")), ("443", "https", "https"));
        assert!(value("X-Amzn-Trace-Id").starts_with("Root=1-"), "{query:?}");
        assert!(!value("Host").is_empty() && !value("Host").contains(':'), "{query:?}");
    }
}
