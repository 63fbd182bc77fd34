//! Restyled gateway responses.

use mapping_template::SimpleTemplate;

use super::fixture::*;
use crate::catalogue::{GatewayResponseType, HttpMethod};
use crate::gateway_response::{GatewayResponsePlan, GatewayResponses};
use crate::parameter_mapping::ParameterSource;

fn plan(status: Option<u16>, template: &str, headers: &[(&'static str, &str)]) -> GatewayResponsePlan {
    GatewayResponsePlan {
        status,
        headers: headers
            .iter()
            .map(|(name, source)| {
                let source = ParameterSource::parse_gateway_response(source).unwrap();
                (http::HeaderName::from_static(name), source)
            })
            .collect(),
        templates: vec![("application/json".to_owned(), SimpleTemplate::compile(template).unwrap())],
    }
}

fn fixture(responses: Vec<(GatewayResponseType, GatewayResponsePlan)>) -> Fixture {
    let mut all = GatewayResponses::default();
    for (response_type, plan) in responses {
        all.insert(response_type, plan);
    }
    let mut protected = mock(r#"{"statusCode": 200}"#, "fine");
    protected.authorization = cognito(&[]);
    Fixture::with(vec![("/p/{id}", HttpMethod::Get, protected), ("/bad", HttpMethod::Get, mock("{}", ""))], all)
}

#[tokio::test]
async fn no_cors_header_comes_by_itself() {
    let response = fixture(Vec::new()).send(request("GET", "/p/7", &[("origin", "http://site")], "")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (401, r#"{"message":"Unauthorized"}"#));
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("UnauthorizedException"));
    assert_eq!(header_of(&response, "access-control-allow-origin"), None);
    assert_eq!(header_of(&response, "www-authenticate"), None);
}

#[tokio::test]
async fn a_type_of_its_own_replaces_status_headers_and_body() {
    let template = r#"{"m":$context.error.messageString,"t":"$context.error.responseType","p":"$context.path"}"#;
    let headers = [
        ("access-control-allow-origin", "'*'"),
        ("x-id", "method.request.path.id"),
        ("x-type", "context.error.responseType"),
    ];
    let fixture = fixture(vec![(GatewayResponseType::Unauthorized, plan(Some(418), template, &headers))]);
    let response = fixture.send(get("/p/7")).await;
    assert_eq!(response.status(), 418);
    assert_eq!(body(&response), r#"{"m":"Unauthorized","t":"UNAUTHORIZED","p":"/dev/p/7"}"#);
    assert_eq!(header_of(&response, "access-control-allow-origin"), Some("*"));
    assert_eq!(header_of(&response, "x-id"), Some("7"));
    assert_eq!(header_of(&response, "x-type"), Some("UNAUTHORIZED"));
}

#[tokio::test]
async fn defaults_apply_to_types_that_are_not_set() {
    let fixture = fixture(vec![
        (GatewayResponseType::Default4xx, plan(None, "four", &[("x-four", "'1'")])),
        (GatewayResponseType::Default5xx, plan(Some(599), "five", &[])),
        (GatewayResponseType::Unauthorized, plan(None, "own", &[])),
    ]);
    let cases = [("/none", 403, "four"), ("/bad", 599, "five"), ("/p/1", 401, "own")];
    for (path, status, text) in cases {
        let response = fixture.send(get(path)).await;
        assert_eq!((response.status().as_u16(), body(&response)), (status, text), "{path}");
    }
    assert_eq!(header_of(&fixture.send(get("/none")).await, "x-four"), Some("1"));
}

#[test]
fn every_type_has_its_status() {
    assert_eq!(GatewayResponseType::ALL.len(), 21);
    let mut sorted: Vec<&str> = GatewayResponseType::ALL.iter().map(|t| t.as_str()).collect();
    sorted.sort_unstable();
    assert!(GatewayResponseType::ALL.iter().map(|t| t.as_str()).eq(sorted), "listed alphabetically");
    for response_type in GatewayResponseType::ALL {
        assert_eq!(GatewayResponseType::parse(response_type.as_str()), Some(*response_type));
        let is_default = response_type.as_str().starts_with("DEFAULT_");
        assert_eq!(response_type.default_status().is_none(), is_default);
        assert_eq!(response_type.fallback().is_none(), is_default);
    }
}

/// They are the connection's: a wrong one would cut the answer or run it into the next.
#[tokio::test]
async fn no_definition_sets_the_headers_that_frame_an_answer() {
    let headers = [("content-length", "'1'"), ("transfer-encoding", "'chunked'"), ("www-authenticate", "'Bearer'")];
    let unauthorized = fixture(vec![(GatewayResponseType::Unauthorized, plan(None, "{}", &headers))]);
    let overridden = mock(
        r#"{"statusCode": 200}"#,
        "#set($context.responseOverride.header.Content-Length = '1')\
         #set($context.responseOverride.header.Transfer-Encoding = 'chunked')\
         #set($context.responseOverride.header.X-Mine = 'y')fine",
    );
    let overriding = Fixture::of(vec![("/p/{id}", HttpMethod::Get, overridden)]);
    for (fixture, own) in [(unauthorized, "www-authenticate"), (overriding, "x-mine")] {
        let response = fixture.send(get("/p/7")).await;
        assert!(response.headers().contains_key(own), "{response:?}");
        for name in ["content-length", "transfer-encoding"] {
            assert!(!response.headers().contains_key(name), "{name}: {response:?}");
        }
    }
}
