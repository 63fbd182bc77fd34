//! Text of a megabyte wherever text may stand: refused, and nothing is kept of it.

use aws_types::schema::{Kind, Shape};
use serde_json::{Map, Value, json};

use super::fixture::*;

/// Inputs of an operation that are good but for one text, list or map that is far too long.
fn oversized(operation: &str, good: &Value) -> Vec<(String, Value)> {
    let shape = model_apigateway::MODEL.operation(operation).unwrap().input.unwrap();
    let Kind::Structure(structure) = &shape.kind else { panic!("{operation}") };
    let fixed = ["restApiId", "resourceId", "httpMethod", "authorizerId", "stageName", "deploymentId", "usagePlanId"];
    let members = structure.members.iter().filter(|member| !fixed.contains(&member.name));
    members
        .filter_map(|member| {
            let mut input = good.clone();
            input[member.name] = huge(member.shape)?;
            Some((member.name.to_owned(), input))
        })
        .collect()
}

fn huge(shape: &Shape) -> Option<Value> {
    let text = || "x".repeat(1 << 20);
    match &shape.kind {
        Kind::String(rules) if rules.values.is_empty() => Some(json!(text())),
        Kind::List(list) if matches!(list.member.kind, Kind::String(_)) => Some(json!([text()])),
        Kind::Map(map) => {
            let value = match map.value.kind {
                Kind::String(_) => json!(text()),
                Kind::Boolean => json!(true),
                _ => return None,
            };
            Some(Value::Object(Map::from_iter([(text(), value)])))
        }
        _ => None,
    }
}

#[tokio::test]
async fn a_megabyte_of_text_is_refused_everywhere() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let deployment = fixture.deploy(&api, "dev").await;
    let post = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "POST"});
    let get = with(&post, json!({"httpMethod": "GET"}));
    let cases = [
        ("CreateRestApi", json!({"name": "x"})),
        ("CreateResource", json!({"restApiId": api.id, "parentId": api.root, "pathPart": "x"})),
        ("PutMethod", with(&post, json!({"authorizationType": "NONE"}))),
        ("PutIntegration", with(&get, json!({"type": "MOCK"}))),
        ("PutMethodResponse", with(&get, json!({"statusCode": "404"}))),
        ("PutIntegrationResponse", with(&get, json!({"statusCode": "200"}))),
        (
            "CreateAuthorizer",
            json!({
                "restApiId": api.id, "name": "x", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL_ARN],
            }),
        ),
        ("CreateDeployment", json!({"restApiId": api.id, "stageName": "y"})),
        ("CreateStage", json!({"restApiId": api.id, "stageName": "x", "deploymentId": deployment})),
        ("PutGatewayResponse", json!({"restApiId": api.id, "responseType": "THROTTLED"})),
        ("CreateModel", json!({"restApiId": api.id, "name": "x", "contentType": "application/json"})),
        ("CreateRequestValidator", json!({"restApiId": api.id})),
        ("CreateApiKey", json!({})),
        ("CreateUsagePlan", json!({"name": "x"})),
    ];
    let (mut tried, mut taken) = (0, Vec::new());
    for (operation, good) in cases {
        for (member, input) in oversized(operation, &good) {
            match fixture.call(operation, input).await {
                Ok(_) => taken.push(format!("{operation} {member}")),
                Err(error) if (400..500).contains(&error.status) => tried += 1,
                Err(error) => panic!("{operation} {member}: {}", error.status),
            }
        }
    }
    assert!(taken.is_empty(), "{taken:?}");
    assert!(tried > 50, "{tried}");
}
