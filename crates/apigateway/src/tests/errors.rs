//! Every operation on an API that is not there, or that lives in another account.

use aws_types::schema::Kind;
use serde_json::{Map, Value, json};

use super::fixture::*;

/// An input with all required members, of the right types.
fn input(operation: &str, api_id: &str) -> Value {
    let shape = model_apigateway::MODEL.operation(operation).unwrap().input.unwrap();
    let Kind::Structure(structure) = &shape.kind else { panic!("{operation}") };
    let value = |kind: &Kind| match kind {
        Kind::String(text) if !text.values.is_empty() => json!(text.values[0]),
        Kind::String(_) => json!("GET"),
        Kind::Structure(_) => json!({"type": "API"}),
        Kind::Blob(_) => json!("e30="),
        Kind::Boolean => json!(false),
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        _ => json!(1),
    };
    let required = structure.members.iter().filter(|member| member.required);
    let mut members: Map<String, Value> =
        required.map(|member| (member.name.to_owned(), value(&member.shape.kind))).collect();
    if members.contains_key("restApiId") {
        members.insert("restApiId".to_owned(), json!(api_id));
    }
    if members.contains_key("type") && operation == "CreateAuthorizer" {
        members.insert("type".to_owned(), json!("COGNITO_USER_POOLS"));
    }
    if members.contains_key("properties") {
        members.insert("properties".to_owned(), json!("{}"));
    }
    Value::Object(members)
}

fn on_an_api() -> impl Iterator<Item = &'static str> {
    let has_api = |operation: &&str| {
        let shape = model_apigateway::MODEL.operation(operation).unwrap().input.unwrap();
        matches!(&shape.kind, Kind::Structure(s) if s.members.iter().any(|m| m.required && m.name == "restApiId"))
    };
    // A mapping names its domain first.
    crate::BUILT.iter().map(|(name, _)| *name).filter(has_api).filter(|name| *name != "CreateBasePathMapping")
}

#[tokio::test]
async fn an_unknown_api_is_not_found_by_any_operation() {
    let fixture = Fixture::new();
    assert!(on_an_api().count() > 50);
    for operation in on_an_api() {
        let error = fixture.error(operation, input(operation, "nope000000")).await;
        let expected = match operation {
            "CreateAuthorizer" => {
                "ConflictException: Unable to complete operation due to concurrent modification. Please try again later."
            }
            "CreateRequestValidator" => "NotFoundException: Invalid REST API identifier specified",
            _ => "NotFoundException: Invalid API identifier specified 123456789012:nope000000",
        };
        assert_eq!(error, expected, "{operation}");
    }
}

#[tokio::test]
async fn another_accounts_api_is_not_found_by_any_operation() {
    let mut fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.account = "999999999999";
    for operation in on_an_api() {
        let error = fixture.call(operation, input(operation, &api.id)).await.unwrap_err();
        assert!(
            error.status == 404 || (operation == "CreateAuthorizer" && error.status == 409),
            "{operation}: {error}"
        );
    }
}

#[tokio::test]
async fn every_operation_of_the_model_is_built_and_no_other_answers() {
    let fixture = Fixture::new();
    let built: Vec<&str> = crate::BUILT.iter().map(|(name, _)| *name).collect();
    for operation in model_apigateway::MODEL.operations {
        assert!(built.contains(&operation.name), "{}", operation.name);
    }
    assert_eq!(built.len(), model_apigateway::MODEL.operations.len());
    let error = fixture.call("CreateDragon", json!({})).await.unwrap_err();
    assert_eq!((error.status, error.code.as_ref()), (501, "NotImplementedException"));
}
