//! The lab: a MOCK behind a Cognito authorizer, from nothing to a served request.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn an_api_behind_a_user_pool_is_built_tested_and_served() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let resource = fixture.resource(&api, &api.root, "mock").await;
    let authorizer = fixture.authorizer(&api, "lab-api-cognito-authorizer").await;
    let place = json!({"restApiId": api.id, "resourceId": resource, "httpMethod": "GET"});
    let protected = json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": authorizer});
    fixture.ok("PutMethod", with(&place, protected)).await;
    fixture.mock_integration(&place, r#"{"confidential":"Secure, Me!!"}"#).await;
    fixture.deploy(&api, "dev").await;

    let (status, body) = fixture.get(&api, "dev", "/mock", &[]).await;
    assert_eq!((status, body.as_str()), (401, r#"{"message":"Unauthorized"}"#));
    let token = fixture.token();
    let (status, body) = fixture.get(&api, "dev", "/mock", &[("auth-token", &token)]).await;
    assert_eq!((status, body.as_str()), (200, r#"{"confidential":"Secure, Me!!"}"#));

    let test = json!({"restApiId": api.id, "authorizerId": authorizer});
    let answer = fixture.ok("TestInvokeAuthorizer", test.clone()).await;
    assert_eq!(answer["clientStatus"], 401);
    assert_eq!(answer.get("claims"), None);
    let answer = fixture.ok("TestInvokeAuthorizer", with(&test, json!({"headers": {"auth-token": token}}))).await;
    assert_eq!(answer["clientStatus"], 200);
    assert_eq!(answer["claims"]["cognito:username"], "CognitoUser");
    assert_eq!(answer["claims"]["email"], "user@example.com");
    assert_eq!(answer["claims"]["token_use"], "id");
    assert!(text(&answer["log"]).starts_with("Execution log for request "));

    let answer = fixture.ok("TestInvokeMethod", place).await;
    assert_eq!((&answer["status"], &answer["body"]), (&json!(200), &json!(r#"{"confidential":"Secure, Me!!"}"#)));
    assert_eq!(answer["headers"], json!({"Content-Type": "application/json"}));
    assert_eq!(answer["multiValueHeaders"], json!({"Content-Type": ["application/json"]}));
    assert!(text(&answer["log"]).contains("Method completed with status: 200\n"));
    assert!(answer["latency"].is_i64());
}

#[tokio::test]
async fn a_tried_method_is_told_who_tries_it() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let resource = fixture.resource(&api, &api.root, "who").await;
    let place = json!({"restApiId": api.id, "resourceId": resource, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "AWS_IAM"}))).await;
    let template = "$context.identity.accountId $context.identity.caller $context.identity.userArn";
    fixture.mock_integration(&place, template).await;
    let answer = fixture.ok("TestInvokeMethod", place).await;
    assert_eq!(answer["body"], "123456789012 123456789012 arn:aws:iam::123456789012:root");
}

#[tokio::test]
async fn cors_as_the_console_enables_it() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let resource = fixture.resource(&api, &api.root, "dragons").await;
    let place = json!({"restApiId": api.id, "resourceId": resource, "httpMethod": "OPTIONS"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let name = "method.response.header.Access-Control-Allow-Origin";
    let parameters = json!({"statusCode": "200", "responseParameters": {name: false}});
    fixture.ok("PutMethodResponse", with(&place, parameters)).await;
    let templates = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
    fixture.ok("PutIntegration", with(&place, templates)).await;
    let mapping = json!({"statusCode": "200", "responseParameters": {name: "'*'"}});
    fixture.ok("PutIntegrationResponse", with(&place, mapping)).await;
    fixture.deploy(&api, "test").await;
    let answer = fixture.ok("TestInvokeMethod", place).await;
    assert_eq!(answer["headers"]["Access-Control-Allow-Origin"], "*");
    assert_eq!(fixture.send("OPTIONS", &api.id, "test", "/dragons", &[]).await.0, 200);
}

#[tokio::test]
async fn a_backend_is_reached_through_a_proxy_resource() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let resource = fixture.resource(&api, &api.root, "{proxy+}").await;
    let place = json!({"restApiId": api.id, "resourceId": resource, "httpMethod": "ANY"});
    let parameters = json!({"authorizationType": "NONE", "requestParameters": {"method.request.path.proxy": true}});
    fixture.ok("PutMethod", with(&place, parameters)).await;
    let integration = json!({
        "type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": "http://${stageVariables.host}/v1/{proxy}",
        "requestParameters": {"integration.request.path.proxy": "method.request.path.proxy"},
    });
    let shown = fixture.ok("PutIntegration", with(&place, integration)).await;
    assert_eq!(shown["connectionType"], "INTERNET");
    assert_eq!(shown["timeoutInMillis"], 29_000);
    assert_eq!(shown["passthroughBehavior"], "WHEN_NO_MATCH");
    assert_eq!(shown["cacheNamespace"], resource);
    let deployment = json!({"restApiId": api.id, "stageName": "dev", "variables": {"host": "backend.test"}});
    fixture.ok("CreateDeployment", deployment).await;
    let served = fixture.get(&api, "dev", "/a/b", &[]).await;
    assert_eq!(served, (200, "http://backend.test/v1/a/b".to_owned()));
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    fixture.ok("UpdateStage", with(&stage, patch("replace", "/variables/host", json!("other.test")))).await;
    assert_eq!(fixture.get(&api, "dev", "/a", &[]).await.1, "http://other.test/v1/a");
    for verb in ["ANY", "PUT"] {
        let path = json!({"httpMethod": verb, "pathWithQueryString": "/x", "stageVariables": {"host": "test.test"}});
        assert_eq!(fixture.ok("TestInvokeMethod", with(&place, path)).await["body"], "http://test.test/v1/x");
    }
}
