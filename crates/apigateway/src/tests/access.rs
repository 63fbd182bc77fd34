//! Lambda authorizers, IAM, resource policies, private APIs.

use bytes::Bytes;
use serde_json::{Value, json};
use world::FunctionAnswer;

use super::fixture::*;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:check";

fn uri(function: &str) -> String {
    format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations")
}

/// What the function answers.
const ALLOWS: &str = r#"{"principalId":"alice","policyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}}"#;

fn lets_in(fixture: &Fixture) {
    let answer =
        FunctionAnswer { payload: Bytes::from_static(ALLOWS.as_bytes()), function_error: None, request_id: None };
    fixture.functions.on(FUNCTION, move |_| Ok(answer.clone()));
}

fn token_authorizer(api: &Api) -> Value {
    json!({
        "restApiId": api.id, "name": "check", "type": "TOKEN", "authorizerUri": uri(FUNCTION),
        "identitySource": "method.request.header.Authorization",
    })
}

const INVOCATION: &str = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/\
    arn:aws:lambda:us-east-1:123456789012:function:check/invocations";

/// The lines of a test's log without their dates, ids replaced by what they are.
fn lines(log: &Value, authorizer: &str) -> Vec<String> {
    let log = text(log);
    let request = log.lines().next().and_then(|line| line.rsplit(' ').next()).unwrap().to_owned();
    let line = |line: &str| {
        let line = line.split_once(" UTC 2026 : ").map_or(line, |(_, line)| line);
        let line = line.replace(&request, "{request}").replace(authorizer, "{authorizer}");
        match line
            .split_once("X-Amzn-Trace-Id=")
            .map(|(before, after)| (before.to_owned(), after.split_once(',').unwrap().1.to_owned()))
        {
            Some((before, after)) => format!("{before}X-Amzn-Trace-Id={{trace}},{after}"),
            None => line,
        }
    };
    log.lines().map(line).collect()
}

async fn protected(fixture: &Fixture, api: &Api, authorization: Value) {
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, authorization)).await;
    fixture.mock_integration(&place, "let in").await;
    fixture.deploy(api, "dev").await;
}

#[tokio::test]
async fn a_method_behind_a_function_is_served_and_tried() {
    let fixture = Fixture::new();
    lets_in(&fixture);
    let api = fixture.api().await;
    let made = fixture.ok("CreateAuthorizer", token_authorizer(&api)).await;
    assert_eq!(made["authType"], "custom");
    assert_eq!(made["authorizerUri"], uri(FUNCTION));
    let id = text(&made["id"]);
    protected(&fixture, &api, json!({"authorizationType": "CUSTOM", "authorizerId": id})).await;
    assert_eq!(fixture.get(&api, "dev", "/", &[("authorization", "t")]).await, (200, "let in".to_owned()));
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 401);
    assert_eq!(fixture.functions.take_calls().len(), 1);
    let named = json!({"restApiId": api.id, "authorizerId": id});
    let tried = fixture.ok("TestInvokeAuthorizer", with(&named, json!({"headers": {"Authorization": "t"}}))).await;
    assert_eq!((&tried["clientStatus"], &tried["principalId"]), (&json!(0), &json!("alice")));
    assert!(text(&tried["policy"]).contains("execute-api:Invoke"));
    assert_eq!(
        lines(&tried["log"], &id),
        [
            "Execution log for request {request}".to_owned(),
            "Starting authorizer: {authorizer} for request: {request}".to_owned(),
            "Incoming identity: *".to_owned(),
            format!("Endpoint request URI: {INVOCATION}"),
            format!(
                "Endpoint request headers: {{x-amzn-lambda-integration-tag={{request}}, \
                 x-amzn-apigateway-api-id={0}, X-Amz-Source-Arn=arn:aws:execute-api:us-east-1:123456789012:{0}/\
                 authorizers/{{authorizer}}, Accept=application/json, User-Agent=AmazonAPIGateway_{0}, \
                 X-Amzn-Trace-Id={{trace}}, Content-Type=application/json}}",
                api.id
            ),
            format!(
                "Endpoint request body after transformations: {{\"type\":\"TOKEN\",\"methodArn\":\
                 \"arn:aws:execute-api:us-east-1:123456789012:{}/ESTestInvoke-stage/GET/\",\"authorizationToken\":\"t\"}}",
                api.id
            ),
            format!("Sending request to {INVOCATION}"),
            format!("Authorizer result body before parsing: {ALLOWS}"),
            "Using valid authorizer policy for principal: *****".to_owned(),
            "Successfully completed authorizer execution".to_owned(),
        ]
    );
    let tried = fixture.ok("TestInvokeAuthorizer", named.clone()).await;
    assert_eq!(tried["clientStatus"], 401);
    let refused = ["Starting authorizer: {authorizer} for request: {request}", "Unauthorized request: {request}"];
    assert_eq!(lines(&tried["log"], &id)[1..], [&refused[..], &["Unauthorized"]].concat());
    // The answer is kept until the stage's are flushed.
    fixture.functions.take_calls();
    fixture.get(&api, "dev", "/", &[("authorization", "t")]).await;
    assert_eq!(fixture.functions.take_calls().len(), 0);
    fixture.ok("FlushStageAuthorizersCache", json!({"restApiId": api.id, "stageName": "dev"})).await;
    fixture.get(&api, "dev", "/", &[("authorization", "t")]).await;
    assert_eq!(fixture.functions.take_calls().len(), 1);
}

#[tokio::test]
async fn lambda_authorizers_that_could_not_work_are_refused() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    for more in [
        json!({"authorizerUri": null}),
        json!({"authorizerUri": "arn:aws:lambda:us-east-1:123456789012:function:check"}),
        json!({"authorizerUri": "https://example.com"}),
        json!({"providerARNs": [POOL_ARN]}),
        json!({"authorizerCredentials": "alice"}),
        json!({"identitySource": "method.request.querystring.a"}),
        json!({"identityValidationExpression": "(?=a)"}),
        json!({"authorizerResultTtlInSeconds": 3601}),
        json!({"type": "REQUEST", "identitySource": null}),
        json!({"type": "REQUEST", "identitySource": "method.request.path.id"}),
        json!({"type": "REQUEST", "identityValidationExpression": "a"}),
        json!({"type": "JWT"}),
    ] {
        let error = fixture.error("CreateAuthorizer", with(&token_authorizer(&api), more.clone())).await;
        assert!(error.starts_with("BadRequestException"), "{more}: {error}");
    }
    let free = json!({"name": "free", "type": "REQUEST", "identitySource": null, "authorizerResultTtlInSeconds": 0});
    fixture.ok("CreateAuthorizer", with(&token_authorizer(&api), free)).await;
    // A function's authorizer is none of user pools, and the other way round.
    let id = text(&fixture.ok("CreateAuthorizer", token_authorizer(&api)).await["id"]);
    let pools = fixture.authorizer(&api, "pools").await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    for (kind, id) in [("COGNITO_USER_POOLS", &id), ("CUSTOM", &pools)] {
        let error =
            fixture.error("PutMethod", with(&place, json!({"authorizationType": kind, "authorizerId": id}))).await;
        assert!(error.contains("Invalid authorizer ID specified"), "{error}");
    }
}

#[tokio::test]
async fn a_method_of_iam_wants_a_signature() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    protected(&fixture, &api, json!({"authorizationType": "AWS_IAM"})).await;
    let missing = (403, r#"{"message":"Missing Authentication Token"}"#.to_owned());
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await, missing);
}

fn policy(resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource},
    ]})
    .to_string()
}

#[tokio::test]
async fn a_resource_policy_is_written_out_and_acts_with_the_next_deployment() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "open").await;
    fixture.deploy(&api, "dev").await;
    let named = json!({"restApiId": api.id});
    let shown = fixture
        .ok("UpdateRestApi", with(&named, patch("replace", "/policy", json!(policy("execute-api:/dev/POST/*")))))
        .await;
    let full = format!("arn:aws:execute-api:us-east-1:123456789012:{}/dev/POST/*", api.id);
    assert_eq!(text(&shown["policy"]), policy(&full).replace('"', "\\\""));
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 200, "not deployed yet");
    fixture.deploy(&api, "dev").await;
    let (status, body) = fixture.get(&api, "dev", "/", &[]).await;
    assert_eq!(status, 403);
    assert!(
        body.starts_with(r#"{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke"#),
        "{body}"
    );
    fixture.ok("UpdateRestApi", with(&named, patch("replace", "/policy", json!("")))).await;
    assert!(fixture.ok("GetRestApi", named).await.get("policy").is_none());
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 200);
}

#[tokio::test]
async fn policies_that_cannot_be_understood_are_refused() {
    let fixture = Fixture::new();
    let long = format!("{}{}", policy("*"), " ".repeat(8_192));
    let no_principal = r#"{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}]}"#;
    let principal = policy("*").replace("\"Principal\":\"*\"", "\"Principal\":{\"AWS\":\"alice\"}");
    for bad in ["{", "[]", "{}", no_principal, &principal, &policy("dev/GET"), &long] {
        let error = fixture.error("CreateRestApi", json!({"name": "a", "policy": bad})).await;
        assert!(error.starts_with("BadRequestException: Invalid policy document."), "{bad:.100}: {error}");
    }
}

#[tokio::test]
async fn a_private_api_needs_a_policy_and_an_endpoint() {
    let fixture = Fixture::new();
    let private = json!({"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-0a1b"]});
    let made = fixture.ok("CreateRestApi", json!({"name": "inside", "endpointConfiguration": private})).await;
    assert_eq!(made["endpointConfiguration"], with(&private, json!({"ipAddressType": "dualstack"})));
    let api = Api { id: text(&made["id"]), root: text(&made["rootResourceId"]) };
    fixture.mock(&api, &api.root, "GET", "inside").await;
    let input = json!({"restApiId": api.id, "stageName": "dev"});
    let error = fixture.error("CreateDeployment", input).await;
    assert_eq!(error, "BadRequestException: Private REST API doesn't have a resource policy attached to it");
    let named = json!({"restApiId": api.id});
    fixture.ok("UpdateRestApi", with(&named, patch("replace", "/policy", json!(policy("execute-api:/*"))))).await;
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await, (403, r#"{"message":"Forbidden"}"#.to_owned()));
    let more = patch("add", "/endpointConfiguration/vpcEndpointIds", json!("vpce-2"));
    let shown = fixture.ok("UpdateRestApi", with(&named, more)).await;
    assert_eq!(shown["endpointConfiguration"]["vpcEndpointIds"], json!(["vpce-0a1b", "vpce-2"]));
    for (name, refused) in [
        ("vpc", json!({"types": ["PRIVATE"], "vpcEndpointIds": ["vpc-1"]})),
        ("regional", json!({"types": ["REGIONAL"], "vpcEndpointIds": ["vpce-1"]})),
        ("ipv4", json!({"types": ["PRIVATE"], "ipAddressType": "ipv4"})),
    ] {
        let error = fixture.error("CreateRestApi", json!({"name": name, "endpointConfiguration": refused})).await;
        assert!(error.starts_with("BadRequestException"), "{name}: {error}");
    }
}
