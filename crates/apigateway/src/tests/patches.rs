//! Update operations and the paths they take.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn an_api_is_changed_path_by_path() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let named = json!({"restApiId": api.id});
    for (op, path, value) in [
        ("replace", "/name", json!("drakes")),
        ("replace", "/description", json!("all of them")),
        ("replace", "/apiKeySource", json!("AUTHORIZER")),
        ("replace", "/endpointConfiguration/types/EDGE", json!("REGIONAL")),
        ("add", "/binaryMediaTypes/image~1png", json!(null)),
        ("add", "/binaryMediaTypes/image~1gif", json!(null)),
        ("remove", "/binaryMediaTypes/image~1png", json!(null)),
    ] {
        fixture.ok("UpdateRestApi", with(&named, patch(op, path, value))).await;
    }
    let shown = fixture.ok("GetRestApi", named.clone()).await;
    assert_eq!(shown["name"], "drakes");
    assert_eq!(shown["description"], "all of them");
    assert_eq!(shown["apiKeySource"], "AUTHORIZER");
    assert_eq!(shown["endpointConfiguration"]["types"], json!(["REGIONAL"]));
    assert_eq!(shown["binaryMediaTypes"], json!(["image/gif"]));
    for change in [
        patch("replace", "/policy", json!("{\"Version\":\"2012-10-17\"}")),
        patch("add", "/endpointConfiguration/vpcEndpointIds", json!("vpce-1")),
    ] {
        assert!(fixture.error("UpdateRestApi", with(&named, change)).await.starts_with("BadRequestException"));
    }
    let error = fixture.error("UpdateRestApi", with(&named, patch("remove", "/name", json!(null)))).await;
    assert!(
        error.starts_with(
            "BadRequestException: Invalid patch path  '/name' specified for op 'remove'. Must be one of: ["
        )
    );
}

#[tokio::test]
async fn of_several_operations_all_apply_or_none() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let operations = json!([
        {"op": "replace", "path": "/name", "value": "drakes"},
        {"op": "replace", "path": "/nonsense", "value": "x"},
    ]);
    fixture.error("UpdateRestApi", json!({"restApiId": api.id, "patchOperations": operations})).await;
    assert_eq!(fixture.ok("GetRestApi", json!({"restApiId": api.id})).await["name"], "dragons");
}

#[tokio::test]
async fn methods_integrations_and_responses_are_changed() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let authorizer = fixture.authorizer(&api, "demo").await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    let protect = json!({"patchOperations": [
        {"op": "replace", "path": "/authorizationType", "value": "COGNITO_USER_POOLS"},
        {"op": "replace", "path": "/authorizerId", "value": authorizer},
        {"op": "add", "path": "/authorizationScopes", "value": "api/read"},
        {"op": "add", "path": "/requestParameters/method.request.header.x", "value": "true"},
    ]});
    let method = fixture.ok("UpdateMethod", with(&place, protect)).await;
    assert_eq!(method["authorizationScopes"], json!(["api/read"]));
    assert_eq!(method["requestParameters"], json!({"method.request.header.x": true}));
    let template = patch("add", "/requestTemplates/text~1plain", json!("{\"statusCode\": 200}"));
    let integration = fixture.ok("UpdateIntegration", with(&place, template)).await;
    assert_eq!(integration["requestTemplates"].as_object().unwrap().len(), 2);
    let ok = with(&place, json!({"statusCode": "200"}));
    let declare = patch("add", "/responseParameters/method.response.header.X", json!("false"));
    fixture.ok("UpdateMethodResponse", with(&ok, declare)).await;
    let map = patch("add", "/responseParameters/method.response.header.X", json!("'1'"));
    let response = fixture.ok("UpdateIntegrationResponse", with(&ok, map)).await;
    assert_eq!(response["responseParameters"], json!({"method.response.header.X": "'1'"}));
    for operation in ["UpdateMethod", "UpdateIntegration"] {
        let error = fixture.error(operation, with(&place, patch("replace", "/nope", json!("x")))).await;
        assert_eq!(error, "BadRequestException: Invalid patch path /nope");
    }
    for operation in ["UpdateMethodResponse", "UpdateIntegrationResponse"] {
        let error = fixture.error(operation, with(&ok, patch("replace", "/nope", json!("x")))).await;
        assert_eq!(error, "BadRequestException: Invalid patch path /nope");
    }
}

#[tokio::test]
async fn stages_refuse_what_is_no_path() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    let cases = [
        (
            patch("remove", "/*/*", json!(null)),
            "BadRequestException: Cannot remove method setting */* because there is no method setting for this method ",
        ),
        (
            patch("replace", "/accessLogSettings/format", json!("")),
            "BadRequestException: Access Log value must not be empty",
        ),
        (
            patch("replace", "/accessLogSettings/x", json!("y")),
            "BadRequestException: Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, \
             /accessLogSettings/format]",
        ),
        (patch("replace", "/deploymentId", json!("nope00")), "BadRequestException: Deployment id does not exist"),
    ];
    for (change, message) in cases {
        assert_eq!(fixture.error("UpdateStage", with(&stage, change)).await, message);
    }
    let error = fixture.error("UpdateStage", with(&stage, patch("replace", "/x", json!("y")))).await;
    assert!(error.starts_with(
        "BadRequestException: Invalid method setting path: /x. Must be one of: [/deploymentId, /description, "
    ));
    let error = fixture.error("UpdateStage", with(&stage, patch("replace", "/tracingEnabled", json!("yes")))).await;
    assert!(error.starts_with("BadRequestException"), "{error}");
}

#[tokio::test]
async fn validators_list_their_paths() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let validator = fixture.ok("CreateRequestValidator", json!({"restApiId": api.id})).await;
    let named = json!({"restApiId": api.id, "requestValidatorId": validator["id"]});
    let error = fixture.error("UpdateRequestValidator", with(&named, patch("replace", "/x", json!("y")))).await;
    assert_eq!(
        error,
        "BadRequestException: Invalid patch path  '/x' specified for op 'replace'. Must be one of: [/name, \
         /validateRequestParameters, /validateRequestBody]"
    );
    let error = fixture.error("UpdateRequestValidator", with(&named, patch("add", "/name", json!("y")))).await;
    assert_eq!(
        error,
        "BadRequestException: Invalid patch path  '/name' specified for op 'add'. Please choose supported operations"
    );
}
