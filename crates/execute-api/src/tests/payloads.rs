//! Binary media types, contentHandling, compression, models.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::fixture::*;
use crate::catalogue::{HttpMethod, PassthroughBehavior};
use crate::integration_plan::{BinaryMediaTypes, BodyModels, ContentHandling};
use crate::json_schema::Models;
use crate::plan::*;

fn http(request: Option<ContentHandling>, response: Option<ContentHandling>) -> MethodPlan {
    let mut plan = http_proxy("http://backend.test/");
    plan.integration.kind = IntegrationKind::Http(http_target("http://backend.test/"));
    plan.integration.content_handling = request;
    plan.integration.responses =
        vec![IntegrationResponsePlan { content_handling: response, ..super::fixture::response(200) }];
    plan
}

fn serving(plan: MethodPlan, types: &[&str]) -> Fixture {
    let fixture = Fixture::of(vec![]);
    let deployment = DeploymentPlan {
        binary_media_types: BinaryMediaTypes::new(types.iter().copied()),
        minimum_compression_size: Some(10),
        ..deployment(vec![("/", HttpMethod::Post, plan)])
    };
    let plan = StagePlan { deployment: Arc::new(deployment), ..stage(vec![], Default::default()) };
    fixture.gateway.plans().put_stage(plan);
    fixture
}

/// The request half of the guide's table.
#[tokio::test]
async fn requests_are_converted_as_the_guides_table_has_it() {
    use ContentHandling::{ConvertToBinary, ConvertToText};
    type Case<'a> = (&'a [&'a str], &'a str, Option<ContentHandling>, &'a [u8], &'a [u8]);
    let cases: [Case<'_>; 8] = [
        (&[], "text/plain", None, b"hi", b"hi"),
        (&[], "text/plain", Some(ConvertToBinary), b"aGk=", b"hi"),
        (&[], "text/plain", Some(ConvertToText), b"hi", b"hi"),
        (&["image/png"], "text/plain", None, b"hi", b"hi"),
        (&["image/png"], "image/png", None, &[0xff, 1], &[0xff, 1]),
        (&["image/*"], "image/png; q=1", Some(ConvertToBinary), &[0xff, 1], &[0xff, 1]),
        (&["*/*"], "image/png", Some(ConvertToText), &[0xff, 1], b"/wE="),
        (&[], "image/png", None, &[0xff, b'a'], "\u{fffd}a".as_bytes()),
    ];
    for (types, content_type, handling, sent, expected) in cases {
        let fixture = serving(http(handling, None), types);
        let mut request = request("POST", "/", &[("content-type", content_type)], "");
        request.body = Bytes::copy_from_slice(sent);
        fixture.send(request).await;
        assert_eq!(fixture.backend.seen.lock()[0].0.body().as_ref(), expected, "{types:?} {content_type} {handling:?}");
    }
    let fixture = serving(http(Some(ConvertToBinary), None), &[]);
    assert_eq!(fixture.send(request("POST", "/", &[("content-type", "text/plain")], "no base64!")).await.status(), 500);
}

/// The response half.
#[tokio::test]
async fn responses_are_converted_as_the_guides_table_has_it() {
    use ContentHandling::{ConvertToBinary, ConvertToText};
    type Case<'a> = (&'a [&'a str], &'a str, &'a str, Option<ContentHandling>, &'a [u8], &'a [u8]);
    let cases: [Case<'_>; 10] = [
        (&[], "text/html", "text/plain", None, b"hi", b"hi"),
        (&[], "text/html", "text/plain", Some(ConvertToBinary), b"aGk=", b"hi"),
        (&[], "text/html", "text/plain", Some(ConvertToText), b"hi", b"hi"),
        (&["image/png"], "image/png", "text/plain", None, b"aGk=", b"hi"),
        (&["image/png"], "image/png", "text/plain", Some(ConvertToText), b"aGk=", b"aGk="),
        (&["image/png"], "text/html", "image/png", None, &[0xff, 1], b"/wE="),
        (&["image/png"], "text/html, image/png", "image/png", None, &[0xff, 1], b"/wE="),
        (&["image/png"], "text/html", "image/png", Some(ConvertToBinary), &[0xff, 1], &[0xff, 1]),
        (&["image/png"], "image/png", "image/png", None, &[0xff, 1], &[0xff, 1]),
        (&["image/png"], "image/png", "image/png", Some(ConvertToText), &[0xff, 1], b"/wE="),
    ];
    for (types, accept, content_type, handling, sent, expected) in cases {
        let fixture = serving(http(None, handling), types);
        let answer = Response::builder().header("content-type", content_type).body(Bytes::copy_from_slice(sent));
        fixture.backend.answers.lock().push(Ok(answer.unwrap()));
        let response = fixture.send(request("POST", "/", &[("accept", accept)], "")).await;
        assert_eq!(response.body().as_ref(), expected, "{types:?} {accept} {content_type} {handling:?}");
    }
}

#[tokio::test]
async fn unmatched_media_types_under_each_passthrough_behavior() {
    for (behavior, templates_set, status) in [
        (PassthroughBehavior::WhenNoMatch, true, 200),
        (PassthroughBehavior::WhenNoTemplates, true, 415),
        (PassthroughBehavior::WhenNoTemplates, false, 200),
        (PassthroughBehavior::Never, true, 415),
        (PassthroughBehavior::Never, false, 415),
    ] {
        let mut plan = http(None, None);
        plan.integration.passthrough = behavior;
        if templates_set {
            plan.integration.request_templates = templates(&[("application/json", "{}")]);
        }
        let fixture = serving(plan, &[]);
        let response = fixture.send(request("POST", "/", &[("content-type", "text/csv")], "a,b")).await;
        assert_eq!(response.status(), status, "{behavior} {templates_set}");
        if status == 415 {
            assert_eq!(body(&response), r#"{"message":"Unsupported Media Type"}"#);
        }
    }
}

fn gzip(text: &[u8]) -> Bytes {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap().into()
}

#[tokio::test]
async fn packed_requests_are_unpacked_and_answers_packed() {
    let fixture = serving(http(None, None), &[]);
    let mut sent = request("POST", "/", &[("content-encoding", "gzip"), ("accept-encoding", "gzip")], "");
    sent.body = gzip(b"hello");
    let answer = Response::new(Bytes::from("long enough to be packed"));
    fixture.backend.answers.lock().push(Ok(answer));
    let response = fixture.send(sent).await;
    assert_eq!(fixture.backend.seen.lock()[0].0.body().as_ref(), b"hello");
    assert_eq!(header_of(&response, "content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(response.body().as_ref()).read_to_string(&mut text).unwrap();
    assert_eq!(text, "long enough to be packed");
}

#[tokio::test]
async fn a_bomb_is_not_unpacked_and_rubbish_is_refused() {
    let fixture = serving(http(None, None), &[]);
    let mut bomb = request("POST", "/", &[("content-encoding", "gzip")], "");
    bomb.body = gzip(&vec![0; 64 * 1024 * 1024]);
    assert!(bomb.body.len() < 100_000);
    assert_eq!(fixture.send(bomb).await.status(), 413);
    for coding in ["gzip", "deflate"] {
        let response = fixture.send(request("POST", "/", &[("content-encoding", coding)], "rubbish")).await;
        assert_eq!(response.status(), 400, "{coding}");
    }
    assert!(fixture.backend.seen.lock().is_empty());
}

#[tokio::test]
async fn bodies_are_held_against_their_model() {
    let pet = r#"{"type":"object","required":["price"],"properties":{"price":{"type":"number"}}}"#;
    let schema = Arc::new(Models::compile_text(pet).unwrap());
    let with = |models: Vec<(&str, Arc<crate::json_schema::Schema>)>| {
        let mut plan = mock("{\"statusCode\":200}", "ok");
        plan.integration.passthrough = PassthroughBehavior::WhenNoMatch;
        plan.integration.request_templates = templates(&[("application/json", OK_TEMPLATE), ("text/csv", OK_TEMPLATE)]);
        plan.body_models = BodyModels(models.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect());
        serving(plan, &[])
    };
    let fixture = with(vec![("application/json", Arc::clone(&schema))]);
    let cases = [
        (r#"{"price":1}"#, "application/json", 200),
        (r#"{"price":1}"#, "application/json; charset=utf-8", 200),
        (r#"{"price":"1"}"#, "application/json", 400),
        ("{}", "application/json", 400),
        ("", "application/json", 400),
        ("not json", "application/json", 400),
        ("{}", "text/csv", 200),
    ];
    for (text, content_type, status) in cases {
        let response = fixture.send(request("POST", "/", &[("content-type", content_type)], text)).await;
        assert_eq!(response.status(), status, "{text} {content_type}");
        if status == 400 {
            assert_eq!(body(&response), r#"{"message":"Invalid request body"}"#);
            assert_eq!(header_of(&response, "x-amzn-errortype"), Some("BadRequestException"));
        }
    }
    let fixture = with(vec![("$default", schema)]);
    assert_eq!(fixture.send(request("POST", "/", &[("content-type", "text/csv")], "{}")).await.status(), 400);
}

const OK_TEMPLATE: &str = "{\"statusCode\":200}";
