//! What holds for the generated crates as they stand in the repository.

use std::collections::BTreeMap;

use aws_types::schema::{Auth, Kind, Location, Member, ServiceModel, Shape};
use aws_types::wire::{FromWire as _, IntoWire as _};
use serde_json::json;

static MODELS: [&ServiceModel; 10] = [
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

#[test]
fn every_generated_service_is_judged_here() {
    assert_eq!(MODELS.map(|model| model.name), super::SERVICES);
}

/// All shapes of a model by name.
fn shapes(model: &ServiceModel) -> BTreeMap<&'static str, &'static Shape> {
    let mut open: Vec<&'static Shape> = Vec::new();
    for operation in model.operations {
        open.extend(operation.input);
        open.extend(operation.output);
        open.extend(operation.errors.iter().map(|error| error.shape));
    }
    let mut seen = BTreeMap::new();
    while let Some(shape) = open.pop() {
        if seen.insert(shape.name, shape).is_some() {
            continue;
        }
        match &shape.kind {
            Kind::Structure(structure) => open.extend(structure.members.iter().map(|member| member.shape)),
            Kind::List(list) => open.push(list.member),
            Kind::Map(map) => open.extend([map.key, map.value]),
            _ => {}
        }
    }
    seen
}

fn members(shape: Option<&'static Shape>) -> &'static [Member] {
    match shape.map(|shape| &shape.kind) {
        Some(Kind::Structure(structure)) => structure.members,
        _ => &[],
    }
}

#[test]
fn operations_are_sorted_so_that_each_is_found() {
    for model in MODELS {
        assert!(model.operations.is_sorted_by_key(|operation| operation.name), "{}", model.name);
        for operation in model.operations {
            assert_eq!(model.operation(operation.name).map(|found| found.name), Some(operation.name));
        }
        assert!(model.operation("NoSuchOperation").is_none());
    }
}

#[test]
fn each_label_of_a_path_has_its_member() {
    for model in MODELS {
        for operation in model.operations {
            let labels = members(operation.input).iter().filter(|member| member.location == Location::Uri);
            let mut wanted: Vec<&str> = labels.map(Member::wire_name).collect();
            let mut found: Vec<&str> =
                operation.uri.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
            for label in &mut found {
                *label = label.trim_end_matches('+');
            }
            wanted.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, wanted, "{}: {}", model.name, operation.name);
        }
    }
}

#[test]
fn each_payload_names_a_member() {
    for (name, shape) in MODELS.into_iter().flat_map(shapes) {
        let Kind::Structure(structure) = &shape.kind else { continue };
        let known = |payload| structure.members.iter().any(|member| member.name == payload);
        assert!(structure.payload.is_none_or(known), "{name}");
    }
}

#[test]
fn each_pattern_can_be_matched() {
    let mut refused = Vec::new();
    for model in MODELS {
        for (name, shape) in shapes(model) {
            let Kind::String(text) = &shape.kind else { continue };
            if let Some(Err(error)) = text.pattern.map(aws_protocol::pattern::compile) {
                refused.push(format!("{} {name}: {:?}: {error}", model.name, text.pattern));
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn errors_bear_statuses_of_errors() {
    for model in MODELS {
        for error in model.operations.iter().flat_map(|operation| operation.errors) {
            assert!((400..600).contains(&error.status), "{}: {}", model.name, error.name);
            assert_eq!(error.sender_fault, error.status < 500, "{}: {}", model.name, error.name);
        }
    }
    assert_eq!(model_iam::errors::NO_SUCH_ENTITY_EXCEPTION.code, "NoSuchEntity");
    assert_eq!(model_s3::errors::NO_SUCH_KEY.status, 404);
    assert_eq!(model_cognito_idp::errors::INTERNAL_ERROR_EXCEPTION.status, 500);
}

#[test]
fn open_operations_are_marked() {
    let auth = |model: &ServiceModel, name: &str| model.operation(name).map(|operation| operation.auth);
    assert_eq!(auth(&model_cognito_idp::MODEL, "SignUp"), Some(Auth::None));
    assert_eq!(auth(&model_cognito_idp::MODEL, "AdminGetUser"), Some(Auth::SigV4));
    assert_eq!(auth(&model_sts::MODEL, "AssumeRoleWithSAML"), Some(Auth::None));
    assert_eq!(auth(&model_cognito_identity::MODEL, "GetId"), Some(Auth::None));
    assert_eq!(auth(&model_s3::MODEL, "WriteGetObjectResponse"), Some(Auth::SigV4UnsignedBody));
}

#[test]
fn streams_stay_outside_of_the_types() {
    let body = members(model_s3::MODEL.operation("PutObject").and_then(|put| put.input))
        .iter()
        .find(|member| member.name == "Body")
        .unwrap();
    assert!(matches!(&body.shape.kind, Kind::Blob(blob) if blob.streaming));
    let put = model_s3::PutObjectRequest::from_wire(json!({"Bucket": "b", "Key": "k"})).unwrap();
    let model_s3::PutObjectRequest { bucket, key, content_length, .. } = put;
    assert_eq!((bucket.as_str(), key.as_str(), content_length), ("b", "k", None));
}

#[test]
fn requests_read_themselves_and_answers_write_themselves() {
    let request = model_cognito_idp::SignUpRequest::from_wire(json!({
        "ClientId": "c", "Username": "u", "UserAttributes": [{"Name": "email", "Value": "a@example.com"}], "Unknown": 1,
    }))
    .unwrap();
    assert_eq!((request.client_id.as_str(), request.password), ("c", None));
    assert_eq!(request.user_attributes.unwrap()[0].value.as_deref(), Some("a@example.com"));
    let answer = model_cognito_idp::SignUpResponse { user_confirmed: Some(false), ..Default::default() };
    assert_eq!(answer.into_wire(), json!({"UserConfirmed": false}));
}

#[test]
fn a_value_outside_of_an_enumeration_is_refused() {
    use model_cognito_idp::AuthFlowType;
    assert_eq!(AuthFlowType::from_wire(json!("USER_SRP_AUTH")), Ok(AuthFlowType::UserSrpAuth));
    assert!(AuthFlowType::from_wire(json!("user_srp_auth")).is_err());
    assert!(AuthFlowType::from_wire(json!(1)).is_err());
    assert!(AuthFlowType::ALL.iter().all(|flow| AuthFlowType::parse(flow.as_str()) == Some(*flow)));
}

#[test]
fn values_are_not_printed() {
    let request =
        model_cognito_idp::SignUpRequest { password: Some("Correct1!horse".to_owned()), ..Default::default() };
    assert_eq!(format!("{request:?}"), "SignUpRequest");
}

#[test]
fn types_that_go_both_ways_can_be_stored() {
    let attribute = model_cognito_idp::AttributeType { name: "email".to_owned(), value: None };
    let stored = serde_json::to_string(&attribute).unwrap();
    assert_eq!(stored, "{\"Name\":\"email\"}");
    assert_eq!(serde_json::from_str::<model_cognito_idp::AttributeType>(&stored).unwrap().name, "email");
}
