//! Methods, integrations and their responses.

use serde_json::{Value, json};

use super::fixture::*;

async fn place(fixture: &Fixture) -> Value {
    let api = fixture.api().await;
    json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"})
}

#[tokio::test]
async fn methods_are_checked() {
    let fixture = Fixture::new();
    let place = place(&fixture).await;
    let none = with(&place, json!({"authorizationType": "NONE"}));
    let no_authorizer = "BadRequestException: Invalid authorizer ID specified. Setting the authorization type to CUSTOM \
        or COGNITO_USER_POOLS requires a valid authorizer.";
    let cases = [
        (
            with(&none, json!({"httpMethod": "FETCH"})),
            "BadRequestException: Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ),
        (with(&place, json!({"authorizationType": "CUSTOM"})), no_authorizer),
        (with(&place, json!({"authorizationType": "COGNITO_USER_POOLS"})), no_authorizer),
        (with(&place, json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": "nope00"})), no_authorizer),
        (
            with(
                &none,
                json!({"requestParameters": {
                    "method.request.header.a": true, "method.request.querystring.a": true,
                }}),
            ),
            "BadRequestException: Parameter names must be unique across querystring, header and path",
        ),
        (
            with(&none, json!({"requestModels": {"application/json": "petModel"}})),
            "BadRequestException: Invalid model identifier specified: petModel",
        ),
        (
            with(&none, json!({"requestValidatorId": "nope00"})),
            "BadRequestException: Invalid Request Validator identifier specified",
        ),
        (with(&none, json!({"resourceId": "nope00"})), "NotFoundException: Invalid Resource identifier specified"),
    ];
    for (input, message) in cases {
        assert_eq!(fixture.error("PutMethod", input).await, message);
    }
    fixture.ok("PutMethod", none.clone()).await;
    assert_eq!(fixture.error("PutMethod", none).await, "ConflictException: Method already exists for this resource");
    let missing = with(&place, json!({"httpMethod": "POST"}));
    assert_eq!(fixture.error("GetMethod", missing).await, "NotFoundException: Invalid Method identifier specified");
}

#[tokio::test]
async fn authorization_without_its_authorizer_is_never_stored() {
    let fixture = Fixture::new();
    let place = place(&fixture).await;
    let unknown = json!({"authorizationType": "CUSTOM", "authorizerId": "abc123"});
    assert!(fixture.error("PutMethod", with(&place, unknown)).await.contains("Invalid authorizer ID specified"));
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    for change in [
        patch("replace", "/authorizationType", json!("CUSTOM")),
        patch("replace", "/authorizationType", json!("COGNITO_USER_POOLS")),
    ] {
        assert!(fixture.error("UpdateMethod", with(&place, change)).await.starts_with("BadRequestException"));
    }
    assert_eq!(fixture.ok("GetMethod", place).await["authorizationType"], "NONE");
}

#[tokio::test]
async fn integrations_are_checked() {
    let fixture = Fixture::new();
    let place = place(&fixture).await;
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let aws = |uri: &str| json!({"type": "AWS_PROXY", "integrationHttpMethod": "POST", "uri": uri});
    let cases = [
        (json!({"type": "HTTP_PROXY"}), "Enumeration value for HttpMethod must be non-empty"),
        (json!({"type": "HTTP", "integrationHttpMethod": "GET"}), "Invalid HTTP endpoint specified for URI"),
        (
            json!({"type": "HTTP", "integrationHttpMethod": "GET", "uri": "ftp://x"}),
            "Invalid HTTP endpoint specified for URI",
        ),
        (aws("nonsense"), "Invalid ARN specified in the request"),
        (aws("arn:aws:apigateway:us-east-1:lambda:x"), "AWS ARN for integration must contain path or action"),
        (
            aws("arn:aws:apigateway:us-east-1:dynamodb:action/PutItem"),
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        ),
        (aws("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"), "Invalid lambda function"),
        (
            json!({"type": "HTTP", "integrationHttpMethod": "GET", "uri": "http://x", "connectionType": "VPC_LINK"}),
            "connectionId must be specified for a connectionType of VPC_LINK",
        ),
        (
            json!({"type": "MOCK", "connectionType": "VPC_LINK", "connectionId": "abc123"}),
            "VPC links are only supported for HTTP and HTTP_PROXY integrations",
        ),
        (json!({"type": "MOCK", "credentials": "arn:aws:iam::1:user/x"}), "Invalid ARN specified in the request"),
        (
            json!({"type": "MOCK", "requestTemplates": {"123": "x"}}),
            "Validation Result: warnings : [], errors : [Invalid content type specified: 123]",
        ),
        (json!({"type": "MOCK", "timeoutInMillis": 49}), "Timeout should be between 50 ms and 29000 ms"),
    ];
    for (more, message) in cases {
        let error = fixture.error("PutIntegration", with(&place, more)).await;
        assert_eq!(error, format!("BadRequestException: {message}"));
    }
    for (more, name) in [
        (aws("arn:aws:apigateway:us-east-1:firehose:action/PutRecord"), "AWS_PROXY service firehose"),
        (
            json!({"type": "AWS", "integrationHttpMethod": "POST", "uri": "arn:aws:apigateway:us-east-1:sqs:path/1/q"}),
            "AWS integration with service sqs",
        ),
    ] {
        let error = fixture.error("PutIntegration", with(&place, more)).await;
        assert!(error.starts_with(&format!("BadRequestException: Portcullis has not built {name} yet")), "{error}");
    }
    assert_eq!(
        fixture.error("GetIntegration", place).await,
        "NotFoundException: Invalid Integration identifier specified"
    );
}

#[tokio::test]
async fn responses_are_checked_against_each_other() {
    let fixture = Fixture::new();
    let place = place(&fixture).await;
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let ok = with(&place, json!({"statusCode": "200"}));
    let no_integration = "NotFoundException: Invalid Integration identifier specified";
    assert_eq!(fixture.error("PutIntegrationResponse", ok.clone()).await, no_integration);
    fixture.ok("PutIntegration", with(&place, json!({"type": "MOCK"}))).await;
    let no_response = "NotFoundException: Invalid Response status code specified";
    assert_eq!(fixture.error("PutIntegrationResponse", ok.clone()).await, no_response);
    assert_eq!(fixture.error("GetMethodResponse", ok.clone()).await, no_response);
    fixture.ok("PutMethodResponse", ok.clone()).await;
    assert_eq!(
        fixture.error("PutMethodResponse", ok.clone()).await,
        "ConflictException: Response already exists for this resource"
    );
    let undefined = with(&ok, json!({"responseParameters": {"method.response.header.X": "'1'"}}));
    let message = "BadRequestException: Invalid mapping expression specified: Validation Result: warnings : [], \
        errors : [Invalid mapping expression parameter specified: method.response.header.X]";
    assert_eq!(fixture.error("PutIntegrationResponse", undefined).await, message);
    let backtracking = with(&ok, json!({"selectionPattern": "(?=a)b"}));
    assert!(fixture.error("PutIntegrationResponse", backtracking).await.contains("not supported"));
    fixture.ok("PutIntegrationResponse", with(&ok, json!({"selectionPattern": "2\\d{2}"}))).await;
    assert_eq!(fixture.ok("GetIntegrationResponse", ok.clone()).await["selectionPattern"], "2\\d{2}");
    let method = fixture.ok("GetMethod", place.clone()).await;
    assert_eq!(method["methodResponses"], json!({"200": {"statusCode": "200"}}));
    assert_eq!(method["apiKeyRequired"], false);
    assert_eq!(method["methodIntegration"]["integrationResponses"]["200"]["statusCode"], "200");
    for operation in ["DeleteIntegrationResponse", "DeleteMethodResponse"] {
        fixture.ok(operation, ok.clone()).await;
        assert_eq!(fixture.error(operation, ok.clone()).await, no_response);
    }
    for (operation, message) in [
        ("DeleteIntegration", no_integration),
        ("DeleteMethod", "NotFoundException: Invalid Method identifier specified"),
    ] {
        fixture.ok(operation, place.clone()).await;
        assert_eq!(fixture.error(operation, place.clone()).await, message);
    }
}
