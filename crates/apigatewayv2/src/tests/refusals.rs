//! Each rule's sentence, and each error of the model.

use serde_json::{Value, json};

use super::fixture::{Calls as _, Fixture, text};

async fn refused(f: &Fixture, cases: &[(&str, Value, &str)]) {
    for (operation, input, expected) in cases {
        assert_eq!(f.error(operation, input.clone()).await, *expected, "{operation} {input}");
    }
}

#[tokio::test]
async fn malformed_routes_are_refused_with_the_member() {
    let f = Fixture::new();
    let api = f.http_api().await;
    let format = "BadRequestException: The provided route key is not formatted properly for HTTP protocol. Format should be \
                  \"<HTTP METHOD> /<RESOURCE PATH>\" or \"$default\"";
    for key in ["", "GET", "get /pets", "GET pets", "GET /{a}/{a}", "GET /{p+}/x", "$connect"] {
        refused(&f, &[("CreateRoute", json!({ "ApiId": api, "RouteKey": key }), format)]).await;
    }
    f.route(&api, "GET /pets/{id}").await;
    let scopes: Vec<String> = (0..11).map(|n| format!("s{n}")).collect();
    let jwt = json!({ "ApiId": api, "Name": "j", "AuthorizerType": "JWT",
        "IdentitySource": ["$request.header.Authorization"],
        "JwtConfiguration": { "Issuer": "https://good.example", "Audience": ["a"] } });
    let authorizer = text(&f.ok("CreateAuthorizer", jwt).await, "AuthorizerId");
    refused(&f, &[
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /pets/{id}" }),
            "ConflictException: Route with key GET /pets/{id} already exists for this API"),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /pets/{name}" }),
            "ConflictException: Route with key GET /pets/{id} already exists for this API"),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "Target": "integrations/none" }),
            "BadRequestException: Invalid target specified. It must be integrations/<id> of an integration of this API: \
             integrations/none"),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizationType": "JWT" }),
            "BadRequestException: Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid \
             JWT authorizer."),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizationType": "CUSTOM", "AuthorizerId": authorizer }),
            "BadRequestException: Invalid authorizer ID specified. Setting the authorization type to CUSTOM requires a \
             valid REQUEST authorizer."),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizerId": authorizer }),
            "BadRequestException: authorizerId is not supported for authorization type NONE"),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizationScopes": ["a"] }),
            "BadRequestException: authorizationScopes are not supported for authorization type NONE"),
        ("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizationType": "JWT", "AuthorizerId": authorizer,
            "AuthorizationScopes": scopes }),
            "TooManyRequestsException: Number of authorization scopes per route is over the limit of 10"),
        ("DeleteRouteRequestParameter", json!({ "ApiId": api, "RouteId": "none", "RequestParameterKey": "x" }),
            "NotFoundException: Invalid Route identifier specified none"),
        ("UpdateRoute", json!({ "ApiId": "none", "RouteId": "none" }),
            "NotFoundException: Invalid API identifier specified none"),
    ]).await;
    let guarded = json!({ "ApiId": api, "RouteKey": "GET /", "AuthorizationType": "JWT", "AuthorizerId": authorizer,
        "AuthorizationScopes": ["a"] });
    let route = text(&f.ok("CreateRoute", guarded).await, "RouteId");
    refused(
        &f,
        &[(
            "DeleteAuthorizer",
            json!({ "ApiId": api, "AuthorizerId": authorizer }),
            "ConflictException: Cannot delete authorizer 'j', is referenced by route: GET /",
        )],
    )
    .await;
    let opened = f.ok("UpdateRoute", json!({ "ApiId": api, "RouteId": route, "AuthorizationType": "NONE" })).await;
    assert_eq!(opened["AuthorizationType"], "NONE");
    assert!(opened.get("AuthorizerId").is_none() && opened.get("AuthorizationScopes").is_none(), "{opened}");
    f.ok("DeleteAuthorizer", json!({ "ApiId": api, "AuthorizerId": authorizer })).await;
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[tokio::test]
async fn malformed_integrations_and_mappings_are_refused_with_the_member() {
    let f = Fixture::new();
    let api = f.http_api().await;
    let with = |more: Value| {
        let mut input = json!({ "ApiId": api, "IntegrationType": "HTTP_PROXY", "IntegrationMethod": "GET",
            "IntegrationUri": "https://backend.example", "PayloadFormatVersion": "1.0" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let lambda = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let role = "arn:aws:iam::123456789012:role/r";
    for (more, sentence) in [
        (json!({ "IntegrationUri": "ftp://x" }), "Invalid HTTP endpoint specified for URI: ftp://x"),
        (json!({ "IntegrationUri": "" }), "integrationUri is required for integration type HTTP_PROXY"),
        (
            json!({ "IntegrationMethod": "FETCH" }),
            "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ),
        (
            json!({ "PayloadFormatVersion": "3.0" }),
            "Invalid value for PayloadFormatVersion. Must be one of: [1.0, 2.0]",
        ),
        (json!({ "PayloadFormatVersion": "2.0" }), "PayloadFormatVersion must be 1.0 for integration type HTTP_PROXY"),
        (json!({ "TimeoutInMillis": 49 }), "Timeout should be between 50 ms and 30000 ms"),
        (
            json!({ "RequestParameters": { "append:header.Authorization": "x" } }),
            "Operations on header authorization are restricted",
        ),
        (
            json!({ "ResponseParameters": { "99": { "overwrite:statuscode": "200" } } }),
            "Invalid responseParameters specified. A status code must be between 200 and 599: 99",
        ),
        (
            json!({ "ConnectionType": "VPC_LINK", "IntegrationUri": "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/a/b/c" }),
            "connectionId is required for connection type VPC_LINK",
        ),
        (
            json!({ "ConnectionType": "VPC_LINK", "ConnectionId": "none", "IntegrationUri": "arn:aws:elasticloadbalancing:us-east-1:1:listener/app/a/b/c" }),
            "Invalid connectionId specified: none",
        ),
        (
            json!({ "TlsConfig": { "ServerNameToVerify": "a.example" } }),
            "tlsConfig is only supported for private integrations",
        ),
        (json!({ "RequestTemplates": { "a": "b" } }), "requestTemplates is not supported for protocol type HTTP"),
        (json!({ "CredentialsArn": "nobody" }), "Invalid credentialsArn specified. It must be a role's ARN"),
        (
            json!({ "IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "IntegrationUri": lambda, "PayloadFormatVersion": "" }),
            "PayloadFormatVersion is a required parameter for integration",
        ),
        (
            json!({ "IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "IntegrationUri": "arn:aws:s3:::x" }),
            "Invalid integrationUri specified. Integration type AWS_PROXY needs the ARN of a Lambda function: arn:aws:s3:::x",
        ),
        (
            json!({ "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SNS-Publish", "IntegrationUri": "", "IntegrationMethod": "" }),
            "Invalid integrationSubtype specified: SNS-Publish",
        ),
        (
            json!({ "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "IntegrationUri": "", "IntegrationMethod": "" }),
            "credentialsArn is required for integration subtype SQS-SendMessage",
        ),
        (
            json!({ "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "IntegrationUri": "", "IntegrationMethod": "",
            "CredentialsArn": role, "RequestParameters": { "QueueUrl": "q" } }),
            "Missing required request parameter MessageBody for SQS-SendMessage",
        ),
    ] {
        let input = with(more);
        assert_eq!(
            f.error("CreateIntegration", input.clone()).await,
            format!("BadRequestException: {sentence}"),
            "{input}"
        );
    }
    let mapping = f.error("CreateIntegration", with(json!({ "RequestParameters": { "set:header.x": "a" } }))).await;
    assert!(mapping.starts_with("BadRequestException: Invalid mapping expression specified: "), "{mapping}");
    let kept = f
        .ok(
            "CreateIntegration",
            with(json!({ "IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage",
        "IntegrationUri": "", "IntegrationMethod": "", "CredentialsArn": role,
        "RequestParameters": { "QueueUrl": "q", "MessageBody": "$request.body.message" } })),
        )
        .await;
    assert_eq!(kept["IntegrationSubtype"], "SQS-SendMessage");
    let link = json!({ "Name": "l", "SubnetIds": ["subnet-1"] });
    let link = text(&f.ok("CreateVpcLink", link).await, "VpcLinkId");
    let private = f
        .ok(
            "CreateIntegration",
            with(json!({ "ConnectionType": "VPC_LINK", "ConnectionId": link,
        "TlsConfig": { "ServerNameToVerify": "a.example" },
        "IntegrationUri": "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c" })),
        )
        .await;
    assert_eq!(private["TlsConfig"], json!({ "ServerNameToVerify": "a.example" }));
    let id = text(&private, "IntegrationId");
    let opened = f
        .ok(
            "UpdateIntegration",
            json!({ "ApiId": api, "IntegrationId": id, "ConnectionType": "INTERNET",
        "IntegrationUri": "https://a.example", "RequestParameters": { "append:header.a": "b" } }),
        )
        .await;
    assert!(opened.get("ConnectionId").is_none() && opened.get("TlsConfig").is_none(), "{opened}");
    let emptied = f
        .ok(
            "UpdateIntegration",
            json!({ "ApiId": api, "IntegrationId": id,
        "RequestParameters": { "append:header.a": "" } }),
        )
        .await;
    assert!(emptied.get("RequestParameters").is_none(), "{emptied}");
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[tokio::test]
async fn malformed_authorizers_and_issuers_that_do_not_answer_are_refused() {
    let f = Fixture::new();
    let api = f.http_api().await;
    let lambda = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations";
    let jwt = |more: Value| {
        let mut input = json!({ "ApiId": api, "Name": "j", "AuthorizerType": "JWT",
            "IdentitySource": ["$request.header.Authorization"],
            "JwtConfiguration": { "Issuer": "https://good.example", "Audience": ["a"] } });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let request = |more: Value| {
        let mut input = json!({ "ApiId": api, "Name": "r", "AuthorizerType": "REQUEST", "AuthorizerUri": lambda,
            "IdentitySource": ["$request.header.x"], "AuthorizerPayloadFormatVersion": "2.0" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    for (input, sentence) in [
        (
            jwt(json!({ "IdentitySource": [] })),
            "BadRequestException: identitySource is a required parameter for JWT authorizer",
        ),
        (
            jwt(json!({ "IdentitySource": ["$context.requestId"] })),
            "BadRequestException: Invalid identity source specified: $context.requestId",
        ),
        (
            jwt(json!({ "JwtConfiguration": { "Audience": ["a"] } })),
            "BadRequestException: Issuer is a required parameter for JWT authorizer",
        ),
        (
            jwt(json!({ "JwtConfiguration": { "Issuer": "good", "Audience": ["a"] } })),
            "BadRequestException: Invalid issuer: good. Issuer must be a valid URL",
        ),
        (
            jwt(json!({ "JwtConfiguration": { "Issuer": "https://good.example" } })),
            "BadRequestException: Audience is a required parameter for JWT authorizer",
        ),
        (
            jwt(json!({ "JwtConfiguration": { "Issuer": "https://good.example", "Audience": many } })),
            "TooManyRequestsException: Number of audiences per authorizer is over the limit of 50",
        ),
        (
            jwt(json!({ "AuthorizerUri": lambda })),
            "BadRequestException: authorizerUri is not supported for authorizer type JWT",
        ),
        (
            jwt(json!({ "JwtConfiguration": { "Issuer": "https://bad.example", "Audience": ["a"] } })),
            "BadRequestException: Caught exception when connecting to https://bad.example/.well-known/openid-configuration for \
             issuer https://bad.example. Please try again later. Error: no answer",
        ),
        (
            request(json!({ "AuthorizerUri": "arn:aws:s3:::x" })),
            "BadRequestException: Invalid authorizerUri specified. It must be the URI of a Lambda function: arn:aws:s3:::x",
        ),
        (
            request(json!({ "AuthorizerPayloadFormatVersion": "" })),
            "BadRequestException: AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer",
        ),
        (
            request(json!({ "AuthorizerPayloadFormatVersion": "1.0", "EnableSimpleResponses": true })),
            "BadRequestException: enableSimpleResponses requires authorizerPayloadFormatVersion 2.0",
        ),
        (
            request(json!({ "AuthorizerResultTtlInSeconds": 3601 })),
            "BadRequestException: Invalid authorizerResultTtlInSeconds specified. It must be between 0 and 3600",
        ),
        (
            request(json!({ "AuthorizerResultTtlInSeconds": 1, "IdentitySource": [] })),
            "BadRequestException: identitySource is required when authorization caching is enabled",
        ),
    ] {
        assert_eq!(f.error("CreateAuthorizer", input.clone()).await, sentence, "{input}");
    }
    let id = text(&f.ok("CreateAuthorizer", request(json!({}))).await, "AuthorizerId");
    let taken = f.error("CreateAuthorizer", request(json!({}))).await;
    assert_eq!(taken, "ConflictException: Authorizer name must be unique. Authorizer r already exists in this API");
    let changed =
        f.ok("UpdateAuthorizer", json!({ "ApiId": api, "AuthorizerId": id, "AuthorizerResultTtlInSeconds": 60 })).await;
    assert_eq!(changed["AuthorizerResultTtlInSeconds"], 60);
    for n in 1..10 {
        f.ok("CreateAuthorizer", request(json!({ "Name": format!("r{n}") }))).await;
    }
    let full = f.error("CreateAuthorizer", request(json!({ "Name": "r10" }))).await;
    assert_eq!(full, "TooManyRequestsException: Number of authorizers is over the limit of 10");
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
#[tokio::test]
async fn stages_are_judged_and_bounded() {
    let f = Fixture::new();
    let api = f.http_api().await;
    f.route(&api, "GET /pets").await;
    let stage = |more: Value| {
        let mut input = json!({ "ApiId": api, "StageName": "a" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    refused(
        &f,
        &[
            (
                "CreateStage",
                stage(json!({ "StageName": "a b" })),
                "BadRequestException: Stage name only allows a-zA-Z0-9_- and, for HTTP APIs, $default",
            ),
            (
                "CreateStage",
                stage(json!({ "RouteSettings": { "GET /toys": {} } })),
                "NotFoundException: Unable to find Route by key GET /toys within the provided RouteSettings",
            ),
            (
                "CreateStage",
                stage(json!({ "DefaultRouteSettings": { "ThrottlingBurstLimit": -1 } })),
                "BadRequestException: Invalid throttlingBurstLimit specified. It must not be negative",
            ),
            (
                "CreateStage",
                stage(json!({ "StageVariables": { "a b": "c" } })),
                "BadRequestException: Stage variable names can only contain alphanumeric characters and underscores",
            ),
            (
                "CreateStage",
                stage(json!({ "AccessLogSettings": { "DestinationArn": "x", "Format": "$context.requestId" } })),
                "BadRequestException: Invalid ARN specified in the request: x",
            ),
            (
                "CreateStage",
                stage(json!({ "ClientCertificateId": "x" })),
                "BadRequestException: clientCertificateId is not supported for protocol type HTTP",
            ),
            (
                "CreateStage",
                stage(json!({ "DeploymentId": "none" })),
                "NotFoundException: Invalid Deployment identifier specified none",
            ),
            (
                "CreateStage",
                stage(json!({ "DeploymentId": "none", "AutoDeploy": true })),
                "BadRequestException: Deployment ID cannot be set on stages with AutoDeploy enabled",
            ),
            (
                "GetStage",
                json!({ "ApiId": api, "StageName": "none" }),
                "NotFoundException: Invalid stage identifier specified",
            ),
            (
                "CreateDeployment",
                json!({ "ApiId": api, "StageName": "none" }),
                "NotFoundException: Invalid stage identifier specified",
            ),
        ],
    )
    .await;
    let log = "arn:aws:logs:us-east-1:123456789012:log-group:http-api";
    let made = f.ok("CreateStage", stage(json!({ "RouteSettings": { "GET /pets": { "ThrottlingRateLimit": 2.0 } }, "AutoDeploy": true,
        "AccessLogSettings": { "DestinationArn": log, "Format": "$context.requestId" }, "StageVariables": { "x": "1" } }))).await;
    assert_eq!(made["AccessLogSettings"]["DestinationArn"], log);
    let served = f.plans.stage(&api, "a").unwrap();
    let throttle = served.plan.routes["GET /pets"].throttle.unwrap();
    assert_eq!((throttle.rate, throttle.burst), (2.0, 5_000));
    assert_eq!(f.error("CreateStage", stage(json!({}))).await, "ConflictException: Stage already exists");
    f.ok("DeleteAccessLogSettings", json!({ "ApiId": api, "StageName": "a" })).await;
    f.ok("DeleteRouteSettings", json!({ "ApiId": api, "StageName": "a", "RouteKey": "GET /pets" })).await;
    let again =
        f.error("DeleteRouteSettings", json!({ "ApiId": api, "StageName": "a", "RouteKey": "GET /pets" })).await;
    assert_eq!(again, "NotFoundException: Unable to find Route by key GET /pets within the provided RouteSettings");
    let changed =
        f.ok("UpdateStage", json!({ "ApiId": api, "StageName": "a", "StageVariables": { "x": "", "y": "2" } })).await;
    assert_eq!(changed["StageVariables"], json!({ "y": "2" }));
    assert!(changed.get("AccessLogSettings").is_none());
    let deployment = text(&f.ok("GetStage", json!({ "ApiId": api, "StageName": "a" })).await, "DeploymentId");
    let active = f.error("DeleteDeployment", json!({ "ApiId": api, "DeploymentId": deployment })).await;
    assert_eq!(active, "BadRequestException: Active stages pointing to this deployment must be moved or deleted");
    for n in 1..10 {
        f.ok("CreateStage", stage(json!({ "StageName": format!("s{n}") }))).await;
    }
    let full = f.error("CreateStage", stage(json!({ "StageName": "s10" }))).await;
    assert_eq!(full, "TooManyRequestsException: Number of stages is over the limit of 10");
}

#[tokio::test]
async fn lists_go_page_by_page_with_their_own_tokens() {
    let f = Fixture::new();
    let api = f.http_api().await;
    for n in 0..5 {
        f.route(&api, &format!("GET /{n}")).await;
    }
    let mut seen = Vec::new();
    let mut token = Value::Null;
    loop {
        let page = f.ok("GetRoutes", json!({ "ApiId": api, "MaxResults": "2", "NextToken": token })).await;
        seen.extend(page["Items"].as_array().unwrap().iter().map(|route| text(route, "RouteKey")));
        match page.get("NextToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
        let other = f.error("GetIntegrations", json!({ "ApiId": api, "NextToken": token })).await;
        assert_eq!(other, "BadRequestException: Invalid nextToken specified");
    }
    seen.sort();
    assert_eq!(seen, ["GET /0", "GET /1", "GET /2", "GET /3", "GET /4"]);
    for bad in ["0", "x", "501", "-1"] {
        let refused = f.error("GetRoutes", json!({ "ApiId": api, "MaxResults": bad })).await;
        assert_eq!(refused, "BadRequestException: Invalid maxResults specified. It must be between 1 and 500");
    }
}

#[tokio::test]
async fn a_route_over_the_quota_is_refused() {
    let f = Fixture::new();
    let api = f.http_api().await;
    for n in 0..300 {
        f.ok("CreateRoute", json!({ "ApiId": api, "RouteKey": format!("GET /{n}") })).await;
    }
    let full = f.error("CreateRoute", json!({ "ApiId": api, "RouteKey": "GET /more" })).await;
    assert_eq!(full, "TooManyRequestsException: Number of routes is over the limit of 300");
}

#[tokio::test]
async fn tags_are_kept_by_apis_stages_and_links_and_bounded() {
    let f = Fixture::new();
    let api = f.http_api().await;
    f.ok("CreateStage", json!({ "ApiId": api, "StageName": "a" })).await;
    let link = text(&f.ok("CreateVpcLink", json!({ "Name": "l", "SubnetIds": ["subnet-1"] })).await, "VpcLinkId");
    for path in [format!("/apis/{api}"), format!("/apis/{api}/stages/a"), format!("/vpclinks/{link}")] {
        let arn = format!("arn:aws:apigateway:us-east-1::{path}");
        f.ok("TagResource", json!({ "ResourceArn": arn, "Tags": { "team": "blue", "cost": "1" } })).await;
        f.ok("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["cost", "none"] })).await;
        assert_eq!(f.ok("GetTags", json!({ "ResourceArn": arn })).await["Tags"], json!({ "team": "blue" }));
        let refused = f.error("TagResource", json!({ "ResourceArn": arn, "Tags": { "aws:x": "1" } })).await;
        assert_eq!(refused, "BadRequestException: Invalid tag key: aws:x");
    }
    refused(
        &f,
        &[
            ("GetTags", json!({ "ResourceArn": "x" }), "BadRequestException: Invalid ARN specified in the request"),
            (
                "GetTags",
                json!({ "ResourceArn": "arn:aws:apigateway:us-east-1::/x" }),
                "NotFoundException: Invalid resource ARN specified",
            ),
            (
                "GetTags",
                json!({ "ResourceArn": "arn:aws:apigateway:us-east-1::/domainnames/a.example" }),
                "NotFoundException: The domain name resource specified in the request was not found.",
            ),
        ],
    )
    .await;
}
