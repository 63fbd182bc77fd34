use serde_json::json;

use super::fixture::{Calls as _, Fixture, text};

#[tokio::test]
async fn a_websocket_api_keeps_its_routes_integrations_responses_and_models() {
    let f = Fixture::new();
    let api = f.socket_api().await;
    let endpoint = text(&f.ok("GetApi", json!({ "ApiId": api })).await, "ApiEndpoint");
    assert_eq!(endpoint, format!("ws://localhost:4566/_aws/execute-api/{api}"));
    let integration = f
        .ok(
            "CreateIntegration",
            json!({ "ApiId": api, "IntegrationType": "MOCK",
        "RequestTemplates": { "200": "{\"statusCode\":200}" }, "TemplateSelectionExpression": "200" }),
        )
        .await;
    assert_eq!(integration["TimeoutInMillis"], 29_000);
    assert_eq!(integration["PassthroughBehavior"], "WHEN_NO_MATCH");
    let integration = text(&integration, "IntegrationId");
    let route = f
        .ok(
            "CreateRoute",
            json!({ "ApiId": api, "RouteKey": "send", "RouteResponseSelectionExpression": "$default",
        "Target": format!("integrations/{integration}"), "RequestModels": { "$default": "Message" } }),
        )
        .await;
    let route = text(&route, "RouteId");
    let model = f.ok("CreateModel", json!({ "ApiId": api, "Name": "Message", "Schema": "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}" })).await;
    let model = text(&model, "ModelId");
    let template = f.ok("GetModelTemplate", json!({ "ApiId": api, "ModelId": model })).await;
    assert!(text(&template, "Value").contains("$inputRoot.a"));
    let used = f.error("DeleteModel", json!({ "ApiId": api, "ModelId": model })).await;
    assert_eq!(used, "ConflictException: Cannot delete model 'Message', is referenced in route: send");
    let response = json!({ "ApiId": api, "IntegrationId": integration, "IntegrationResponseKey": "/200/",
        "ResponseTemplates": { "200": "ok" } });
    let made = text(&f.ok("CreateIntegrationResponse", response.clone()).await, "IntegrationResponseId");
    assert!(f.error("CreateIntegrationResponse", response).await.starts_with("ConflictException"));
    let changed = f
        .ok(
            "UpdateIntegrationResponse",
            json!({ "ApiId": api, "IntegrationId": integration,
        "IntegrationResponseId": made, "IntegrationResponseKey": "$default" }),
        )
        .await;
    assert_eq!(changed["IntegrationResponseKey"], "$default");
    let answers = json!({ "ApiId": api, "RouteId": route, "RouteResponseKey": "$default" });
    let answer = text(&f.ok("CreateRouteResponse", answers).await, "RouteResponseId");
    let listed = f.ok("GetRouteResponses", json!({ "ApiId": api, "RouteId": route })).await;
    assert_eq!(listed["Items"][0]["RouteResponseId"], answer);
    f.ok("DeleteRoute", json!({ "ApiId": api, "RouteId": route })).await;
    f.ok("DeleteModel", json!({ "ApiId": api, "ModelId": model })).await;
    let gone = f.error("GetRouteResponse", json!({ "ApiId": api, "RouteId": route, "RouteResponseId": answer })).await;
    assert_eq!(gone, format!("NotFoundException: Invalid Route identifier specified {route}"));
}

#[tokio::test]
async fn what_belongs_to_one_protocol_is_refused_by_the_other() {
    let f = Fixture::new();
    let (http, socket) = (f.http_api().await, f.socket_api().await);
    for (operation, input, sentence) in [
        (
            "CreateApi",
            json!({ "Name": "x", "ProtocolType": "WEBSOCKET" }),
            "RouteSelectionExpression is a required parameter for WEBSOCKET APIs",
        ),
        (
            "CreateApi",
            json!({ "Name": "x", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.a",
            "CorsConfiguration": {} }),
            "corsConfiguration is not supported for protocol type WEBSOCKET",
        ),
        (
            "CreateApi",
            json!({ "Name": "x", "ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "$request.body.a",
            "Target": "https://a.example" }),
            "Quick create is not supported for protocol type WEBSOCKET",
        ),
        (
            "CreateApi",
            json!({ "Name": "x", "ProtocolType": "HTTP", "DisableSchemaValidation": true }),
            "disableSchemaValidation is not supported for protocol type HTTP",
        ),
        (
            "CreateRoute",
            json!({ "ApiId": http, "RouteKey": "GET /", "ApiKeyRequired": true }),
            "apiKeyRequired is not supported for protocol type HTTP",
        ),
        (
            "CreateRoute",
            json!({ "ApiId": socket, "RouteKey": "send", "AuthorizationType": "AWS_IAM" }),
            "Currently, authorization is restricted to the $connect route only",
        ),
        (
            "CreateIntegration",
            json!({ "ApiId": http, "IntegrationType": "MOCK" }),
            "Integration type MOCK is not supported for protocol type HTTP",
        ),
        (
            "CreateIntegration",
            json!({ "ApiId": socket, "IntegrationType": "MOCK", "TimeoutInMillis": 30000 }),
            "Timeout should be between 50 ms and 29000 ms",
        ),
        (
            "CreateAuthorizer",
            json!({ "ApiId": socket, "Name": "j", "AuthorizerType": "JWT", "IdentitySource": [] }),
            "Authorizer type JWT is not supported for protocol type WEBSOCKET",
        ),
        (
            "CreateStage",
            json!({ "ApiId": http, "StageName": "a", "DefaultRouteSettings": { "LoggingLevel": "INFO" } }),
            "Execution logs are not supported on protocol type HTTP",
        ),
        (
            "CreateStage",
            json!({ "ApiId": socket, "StageName": "$default" }),
            "Stage name only allows a-zA-Z0-9_- and, for HTTP APIs, $default",
        ),
    ] {
        assert_eq!(f.error(operation, input.clone()).await, format!("BadRequestException: {sentence}"), "{input}");
    }
}

#[tokio::test]
async fn a_websocket_api_is_served_as_it_is_deployed() {
    let f = Fixture::new();
    let api = f.socket_api().await;
    let mock =
        text(&f.ok("CreateIntegration", json!({ "ApiId": api, "IntegrationType": "MOCK" })).await, "IntegrationId");
    let http = f
        .ok(
            "CreateIntegration",
            json!({ "ApiId": api, "IntegrationType": "HTTP", "IntegrationMethod": "POST",
        "IntegrationUri": "https://backend.example", "RequestParameters": {
            "integration.request.header.x": "route.request.body.name", "integration.request.header.y": "'fixed'" } }),
        )
        .await;
    let http = text(&http, "IntegrationId");
    let authorizer = f
        .ok(
            "CreateAuthorizer",
            json!({ "ApiId": api, "Name": "a", "AuthorizerType": "REQUEST",
        "IdentitySource": ["route.request.querystring.token"],
        "AuthorizerUri": "arn:aws:lambda:us-east-1:123456789012:function:f" }),
        )
        .await;
    f.ok(
        "CreateRoute",
        json!({ "ApiId": api, "RouteKey": "$connect", "Target": format!("integrations/{mock}"),
        "AuthorizationType": "CUSTOM", "AuthorizerId": authorizer["AuthorizerId"] }),
    )
    .await;
    f.ok("CreateRoute", json!({ "ApiId": api, "RouteKey": "send", "Target": format!("integrations/{http}") })).await;
    f.ok(
        "CreateStage",
        json!({ "ApiId": api, "StageName": "live", "AutoDeploy": true,
        "DefaultRouteSettings": { "ThrottlingBurstLimit": 3 } }),
    )
    .await;
    let plan = f.sockets.stage(&api, "live").unwrap().plan;
    let mut keys: Vec<_> = plan.deployment.routes.keys().cloned().collect();
    keys.sort();
    assert_eq!(keys, ["$connect", "send"]);
    assert_eq!(plan.default_route.throttle.unwrap().burst, 3);
    f.ok(
        "UpdateIntegration",
        json!({ "ApiId": api, "IntegrationId": http,
        "RequestParameters": { "integration.request.querystring.z": "'1'" } }),
    )
    .await;
    let stage = f.ok("GetStage", json!({ "ApiId": api, "StageName": "live" })).await;
    let message = text(&stage, "LastDeploymentStatusMessage");
    assert!(message.ends_with("integration.request.querystring.z is not served: only headers are mapped"), "{message}");
    assert_eq!(f.sockets.stage(&api, "live").unwrap().plan.deployment.id, plan.deployment.id);
    f.ok("DeleteApi", json!({ "ApiId": api })).await;
    assert!(!f.sockets.has_api(&api));
}

#[tokio::test]
async fn a_route_that_wants_api_keys_is_not_deployed_open() {
    let f = Fixture::new();
    let api = f.socket_api().await;
    f.ok("CreateRoute", json!({ "ApiId": api, "RouteKey": "send", "ApiKeyRequired": true })).await;
    let refused = f.error("CreateDeployment", json!({ "ApiId": api })).await;
    assert!(refused.contains("API keys of WebSocket APIs are not built"), "{refused}");
}
