//! What must hold for every operation of every model.

use aws_types::schema::{Kind, Location, Operation, Protocol as Dialect, ServiceModel, Shape};
use http::Request;

use super::parts;
use crate::{Protocol, pattern};

const MODELS: [&ServiceModel; 10] = [
    &model_apigateway::MODEL,
    &model_apigatewayv2::MODEL,
    &model_cognito_identity::MODEL,
    &model_cognito_idp::MODEL,
    &model_iam::MODEL,
    &model_lambda::MODEL,
    &model_logs::MODEL,
    &model_s3::MODEL,
    &model_sts::MODEL,
    &model_wafv2::MODEL,
];

/// Operations that stand at the address of another one, which is meant where the two cannot be told apart.
const SHADOWED: &[(&str, &str)] = &[
    ("ListDirectoryBuckets", "ListBuckets"),
    ("GetBucketLifecycle", "GetBucketLifecycleConfiguration"),
    ("PutBucketLifecycle", "PutBucketLifecycleConfiguration"),
    ("GetBucketNotification", "GetBucketNotificationConfiguration"),
    ("PutBucketNotification", "PutBucketNotificationConfiguration"),
];

/// A request as a client would write it: labels filled in, required query parameters and headers there.
fn request(model: &ServiceModel, operation: &Operation) -> (http::request::Parts, String) {
    match model.protocol {
        Dialect::AwsJson11 => {
            let target = format!("{}.{}", model.target_prefix.unwrap(), operation.name);
            (parts(Request::post("/").header("x-amz-target", target)), "{}".to_owned())
        }
        Dialect::AwsQuery => {
            (parts(Request::post("/")), format!("Version={}&Action={}", model.api_version, operation.name))
        }
        Dialect::RestJson1 | Dialect::RestXml => (rest_request(operation), String::new()),
    }
}

fn rest_request(operation: &Operation) -> http::request::Parts {
    let mut uri = String::new();
    for (at, piece) in operation.uri.split('{').enumerate() {
        match piece.split_once('}') {
            Some((_, rest)) if at > 0 => uri.push_str(&format!("label%2F{at}{rest}")),
            _ => uri.push_str(piece),
        }
    }
    let mut builder = Request::builder().method(operation.method);
    if let Some(Kind::Structure(input)) = operation.input.map(|shape| &shape.kind) {
        for member in input.members.iter().filter(|member| member.required) {
            match member.location {
                Location::QueryString => {
                    uri.push(if uri.contains('?') { '&' } else { '?' });
                    uri.push_str(&format!("{}=1", member.wire_name()));
                }
                Location::Header => builder = builder.header(member.wire_name(), "1"),
                _ => {}
            }
        }
    }
    parts(builder.uri(uri))
}

#[test]
fn every_operation_of_the_ten_models_routes_from_its_own_address() {
    let mut seen = 0;
    for model in MODELS {
        let protocol = Protocol::new(model);
        for operation in model.operations {
            let (parts, body) = request(model, operation);
            let routed = protocol.route(&parts, body.as_bytes());
            let routed = routed.unwrap_or_else(|error| panic!("{} {}: {error}", model.name, operation.name));
            let wanted = SHADOWED.iter().find(|(name, _)| *name == operation.name).map_or(operation.name, |(_, by)| by);
            assert_eq!(routed.operation.name, wanted, "{} {}", model.name, parts.uri);
            for (label, value) in &routed.labels {
                assert!(value.starts_with("label/"), "{} {label}={value}", operation.name);
            }
            seen += 1;
        }
    }
    assert!(seen > 800, "only {seen} operations");
}

#[test]
fn every_label_of_every_address_is_a_member() {
    for model in MODELS.iter().filter(|m| matches!(m.protocol, Dialect::RestJson1 | Dialect::RestXml)) {
        for operation in model.operations {
            let Some(Kind::Structure(input)) = operation.input.map(|shape| &shape.kind) else { continue };
            for label in operation.uri.split('{').skip(1).filter_map(|piece| piece.split('}').next()) {
                let label = label.trim_end_matches('+');
                let bound = |m: &&aws_types::schema::Member| m.location == Location::Uri && m.wire_name() == label;
                assert!(input.members.iter().any(|m| bound(&m)), "{} {label}", operation.name);
            }
        }
    }
}

fn walk(
    shape: &'static Shape,
    seen: &mut std::collections::HashSet<*const Shape>,
    visit: &mut impl FnMut(&'static Shape),
) {
    if !seen.insert(std::ptr::from_ref(shape)) {
        return;
    }
    visit(shape);
    match &shape.kind {
        Kind::Structure(structure) => structure.members.iter().for_each(|m| walk(m.shape, seen, visit)),
        Kind::List(list) => walk(list.member, seen, visit),
        Kind::Map(map) => {
            walk(map.key, seen, visit);
            walk(map.value, seen, visit);
        }
        _ => {}
    }
}

#[test]
fn every_pattern_of_the_ten_models_compiles() {
    let mut patterns = std::collections::BTreeSet::new();
    for model in MODELS {
        let mut seen = std::collections::HashSet::new();
        for operation in model.operations {
            for shape in operation.input.into_iter().chain(operation.output) {
                walk(shape, &mut seen, &mut |shape| {
                    if let Kind::String(text) = &shape.kind {
                        patterns.extend(text.pattern);
                    }
                });
            }
        }
    }
    assert!(patterns.len() > 100, "only {} patterns", patterns.len());
    for java in patterns {
        assert!(pattern::compile(java).is_ok(), "{java}: {:?}", pattern::compile(java));
    }
}

#[test]
fn every_operation_refuses_an_empty_request_without_panic_and_answers_an_empty_output() {
    for model in MODELS {
        let protocol = Protocol::new(model);
        for operation in model.operations {
            let (parts, body) = request(model, operation);
            let routed = protocol.route(&parts, body.as_bytes()).unwrap();
            let decoded = protocol.decode(&routed, &parts, &body.clone().into());
            if let Err(error) = decoded {
                assert_eq!(error.status, 400, "{} {error:?}", operation.name);
            }
            let answer = protocol.encode(operation, serde_json::json!({}), None, "r");
            assert_eq!(answer.status().as_u16(), operation.status, "{}", operation.name);
        }
    }
}
