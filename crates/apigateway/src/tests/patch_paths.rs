//! Patch operations, path by path, as the table of the API reference has them ("Patch Operations").

use serde_json::{Value, json};

use super::account_parts::LOAD_BALANCER;
use super::fixture::*;

async fn check(fixture: &Fixture, operation: &str, named: &Value, good: &[(&str, &str, Value)], bad: &[(&str, &str)]) {
    for (op, path, value) in good {
        fixture.ok(operation, with(named, patch(op, path, value.clone()))).await;
    }
    for (op, path) in bad {
        let error = fixture.error(operation, with(named, patch(op, path, json!("x")))).await;
        assert!(error.starts_with("BadRequestException: Invalid patch path"), "{operation} {op} {path}: {error}");
    }
}

#[tokio::test]
async fn domain_names_take_theirs() {
    let fixture = Fixture::new();
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let named = json!({"domainName": "api.example.com"});
    let arn = "arn:aws:acm:us-east-1:123456789012:certificate/2";
    let good = [
        ("replace", "/regionalCertificateName", json!("n")),
        ("replace", "/regionalCertificateArn", json!(arn)),
        ("replace", "/certificateName", json!("n")),
        ("replace", "/certificateArn", json!(arn)),
        ("replace", "/ownershipVerificationCertificateArn", json!(arn)),
        ("add", "/endpointConfiguration/types", json!("EDGE")),
        ("remove", "/endpointConfiguration/types/EDGE", json!(null)),
        ("replace", "/endpointConfiguration/types/REGIONAL", json!("EDGE")),
        ("replace", "/endpointConfiguration/types/EDGE", json!("REGIONAL")),
        ("replace", "/endpointConfiguration/ipAddressType", json!("dualstack")),
        ("replace", "/securityPolicy", json!("TLS_1_2")),
        ("replace", "/endpointAccessMode", json!("")),
        ("replace", "/routingMode", json!("ROUTING_RULE_THEN_BASE_PATH_MAPPING")),
        ("add", "/mutualTlsAuthentication/truststoreUri", json!("s3://bucket/trust.pem")),
        ("replace", "/mutualTlsAuthentication/truststoreVersion", json!("v1")),
        ("remove", "/mutualTlsAuthentication/truststoreVersion", json!(null)),
        ("remove", "/mutualTlsAuthentication/truststoreUri", json!(null)),
        ("remove", "/ownershipVerificationCertificateArn", json!(null)),
        ("add", "/ownershipVerificationCertificateArn", json!(arn)),
        ("remove", "/certificateName", json!(null)),
        ("remove", "/certificateArn", json!(null)),
        ("add", "/certificateName", json!("n")),
        ("add", "/certificateArn", json!(arn)),
        ("remove", "/regionalCertificateName", json!(null)),
        ("add", "/regionalCertificateName", json!("n")),
        ("add", "/regionalCertificateArn", json!(arn)),
    ];
    let bad = [("replace", "/domainName"), ("add", "/policy"), ("copy", "/securityPolicy"), ("replace", "/tags")];
    check(&fixture, "UpdateDomainName", &named, &good, &bad).await;
    for (path, value) in [
        ("/endpointConfiguration/types/REGIONAL", "PRIVATE"),
        ("/endpointConfiguration/types/EDGE", "REGIONAL"),
        ("/securityPolicy", "TLS_9"),
        ("/routingMode", "GUESS"),
        ("/regionalCertificateArn", "x"),
        ("/policy", "{}"),
        ("/managementPolicy", "{}"),
    ] {
        let error = fixture.error("UpdateDomainName", with(&named, patch("replace", path, json!(value)))).await;
        assert!(error.starts_with("BadRequestException: "), "{path}: {error}");
    }
}

#[tokio::test]
async fn what_an_account_has_takes_its_own() {
    let fixture = Fixture::new();
    let link = fixture.ok("CreateVpcLink", json!({"name": "l", "targetArns": [LOAD_BALANCER]})).await;
    let good = [("replace", "/name", json!("m")), ("replace", "/description", json!("d"))];
    let bad = [("replace", "/targetArns"), ("add", "/name"), ("remove", "/description")];
    check(&fixture, "UpdateVpcLink", &json!({"vpcLinkId": link["id"]}), &good, &bad).await;
    let certificate = fixture.ok("GenerateClientCertificate", json!({})).await;
    let named = json!({"clientCertificateId": certificate["clientCertificateId"]});
    let good = [("replace", "/description", json!("d"))];
    check(&fixture, "UpdateClientCertificate", &named, &good, &[("remove", "/description"), ("replace", "/x")]).await;
    let role = json!("arn:aws:iam::123456789012:role/logs");
    let good = [("replace", "/cloudwatchRoleArn", role), ("add", "/features", json!("UsagePlans"))];
    check(&fixture, "UpdateAccount", &json!({}), &good, &[("add", "/cloudwatchRoleArn"), ("replace", "/features")])
        .await;
    let off = patch("remove", "/features", json!("UsagePlans"));
    assert!(fixture.error("UpdateAccount", off).await.starts_with("BadRequestException: Usage Plans cannot"));
}

#[tokio::test]
async fn documentation_and_mappings_take_theirs() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let of_api = json!({"restApiId": api.id});
    let part = json!({"location": {"type": "API"}, "properties": "{}"});
    let part = fixture.ok("CreateDocumentationPart", with(&of_api, part)).await;
    let named = with(&of_api, json!({"documentationPartId": part["id"]}));
    let good = [("replace", "/properties", json!("{\"a\":1}"))];
    check(&fixture, "UpdateDocumentationPart", &named, &good, &[("add", "/properties"), ("replace", "/location")])
        .await;
    fixture.ok("CreateDocumentationVersion", with(&of_api, json!({"documentationVersion": "1"}))).await;
    let named = with(&of_api, json!({"documentationVersion": "1"}));
    let good = [("replace", "/description", json!("d"))];
    check(&fixture, "UpdateDocumentationVersion", &named, &good, &[("replace", "/version")]).await;
    super::domain_names::domain(&fixture, "api.example.com", json!({})).await;
    let map = json!({"domainName": "api.example.com", "basePath": "b", "restApiId": api.id});
    fixture.ok("CreateBasePathMapping", map).await;
    let named = json!({"domainName": "api.example.com", "basePath": "b"});
    let good = [
        ("replace", "/restapiId", json!(api.id)),
        ("replace", "/stage", json!("(none)")),
        ("replace", "/basePath", json!("d")),
    ];
    let bad = [("add", "/stage"), ("remove", "/basePath"), ("replace", "/restApiId")];
    let at_c = json!({"domainName": "api.example.com", "basePath": "c"});
    check(&fixture, "UpdateBasePathMapping", &named, &good, &[]).await;
    let at_d = json!({"domainName": "api.example.com", "basePath": "d"});
    check(&fixture, "UpdateBasePathMapping", &at_d, &[("replace", "/basepath", json!("c"))], &[]).await;
    check(&fixture, "UpdateBasePathMapping", &at_c, &[], &bad).await;
}

/// The table of the API reference for what an API is made of: who takes which path by which operation.
#[tokio::test]
async fn parts_of_an_api_take_theirs_and_no_other_operation() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let id = json!({"restApiId": api.id});
    let good = [
        ("replace", "/name", json!("n")),
        ("add", "/description", json!("d")),
        ("replace", "/description", json!("e")),
        ("remove", "/description", json!(null)),
        ("add", "/binaryMediaTypes/image~1png", json!(null)),
        ("remove", "/binaryMediaTypes/image~1png", json!(null)),
        ("replace", "/minimumCompressionSize", json!("10")),
        ("replace", "/minimumCompressionSize", json!(null)),
        ("replace", "/endpointConfiguration/types/EDGE", json!("PRIVATE")),
        ("add", "/endpointConfiguration/vpcEndpointIds", json!("vpce-1")),
        ("remove", "/endpointConfiguration/vpcEndpointIds", json!("vpce-1")),
    ];
    let bad = [
        ("add", "/name"),
        ("copy", "/description"),
        ("move", "/name"),
        ("test", "/name"),
        ("add", "/policy"),
        ("replace", "/id"),
    ];
    check(&fixture, "UpdateRestApi", &id, &good, &bad).await;
    let method = with(&id, json!({"resourceId": api.root, "httpMethod": "GET"}));
    let good = [
        ("replace", "/apiKeyRequired", json!("true")),
        ("replace", "/operationName", json!("op")),
        ("add", "/requestParameters/method.request.header.x", json!("true")),
        ("replace", "/requestParameters/method.request.header.x", json!("false")),
        ("remove", "/requestParameters/method.request.header.x", json!(null)),
        ("add", "/requestModels/application~1json", json!("Empty")),
        ("remove", "/requestModels/application~1json", json!(null)),
    ];
    let bad = [
        ("add", "/authorizationType"),
        ("remove", "/authorizerId"),
        ("copy", "/operationName"),
        ("replace", "/authorizationScopes"),
    ];
    check(&fixture, "UpdateMethod", &method, &good, &bad).await;
}

#[tokio::test]
async fn integrations_responses_and_models_take_theirs() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let id = json!({"restApiId": api.id});
    let method = with(&id, json!({"resourceId": api.root, "httpMethod": "GET"}));
    let good = [
        ("add", "/cacheKeyParameters/method.request.querystring.q", json!(null)),
        ("remove", "/cacheKeyParameters/method.request.querystring.q", json!(null)),
        ("replace", "/cacheNamespace", json!("ns")),
        ("replace", "/passthroughBehavior", json!("NEVER")),
        ("add", "/requestTemplates/text~1plain", json!("{}")),
        ("remove", "/requestTemplates/text~1plain", json!(null)),
        ("replace", "/responseTransferMode", json!("BUFFERED")),
        ("replace", "/timeoutInMillis", json!("1000")),
    ];
    let bad = [("replace", "/type"), ("add", "/timeoutInMillis"), ("remove", "/uri"), ("move", "/httpMethod")];
    check(&fixture, "UpdateIntegration", &method, &good, &bad).await;
    for (path, value, told) in [
        ("/responseTransferMode", "STREAM", "only supported for HTTP_PROXY and AWS_PROXY"),
        ("/responseTransferMode", "RIVER", "Invalid responseTransferMode specified"),
        ("/integrationTarget", "arn:x", "integrationTarget"),
    ] {
        let error = fixture.error("UpdateIntegration", with(&method, patch("replace", path, json!(value)))).await;
        assert!(error.contains(told), "{path}: {error}");
    }
    let response = with(&method, json!({"statusCode": "200"}));
    let good = [
        ("add", "/responseTemplates/text~1plain", json!("x")),
        ("replace", "/responseTemplates/text~1plain", json!("y")),
        ("remove", "/responseTemplates/text~1plain", json!(null)),
        ("replace", "/selectionPattern", json!("2..")),
        ("replace", "/contentHandling", json!("CONVERT_TO_TEXT")),
    ];
    check(&fixture, "UpdateIntegrationResponse", &response, &good, &[("add", "/selectionPattern"), ("copy", "/x")])
        .await;
    let good = [
        ("add", "/responseParameters/method.response.header.x", json!("false")),
        ("remove", "/responseParameters/method.response.header.x", json!(null)),
        ("add", "/responseModels/application~1json", json!("Empty")),
    ];
    check(&fixture, "UpdateMethodResponse", &response, &good, &[("replace", "/statusCode"), ("move", "/x")]).await;
    let model = with(&id, json!({"modelName": "Error"}));
    let good = [
        ("replace", "/description", json!("d")),
        ("replace", "/schema", json!("{\"type\":\"object\",\"properties\":{}}")),
    ];
    check(&fixture, "UpdateModel", &model, &good, &[("add", "/schema"), ("replace", "/contentType")]).await;
}

#[tokio::test]
async fn stages_and_usage_plans_take_theirs() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    let group = json!("arn:aws:logs:us-east-1:123456789012:log-group:access");
    let good = [
        ("replace", "/variables/a", json!("1")),
        ("replace", "/variables", json!("{\"b\":\"2\"}")),
        ("remove", "/variables/b", json!(null)),
        ("remove", "/variables", json!(null)),
        ("add", "/accessLogSettings/destinationArn", group.clone()),
        ("add", "/accessLogSettings/format", json!("$context.requestId")),
        ("remove", "/accessLogSettings/format", json!(null)),
        ("remove", "/accessLogSettings/destinationArn", json!(null)),
        ("replace", "/accessLogSettings/destinationArn", group),
        ("remove", "/accessLogSettings", json!(null)),
        ("replace", "/canarySettings/percentTraffic", json!("0")),
        ("replace", "/canarySettings/stageVariableOverrides", json!("{\"a\":\"2\"}")),
        ("remove", "/canarySettings", json!(null)),
    ];
    for (op, path, value) in good {
        fixture.ok("UpdateStage", with(&stage, patch(op, path, value))).await;
    }
    let shown = fixture.ok("GetStage", stage.clone()).await;
    for member in ["variables", "accessLogSettings", "canarySettings"] {
        assert!(shown.get(member).is_none_or(|value| value.is_null() || value == &json!({})), "{shown}");
    }
    for (op, path) in
        [("add", "/description"), ("move", "/deploymentId"), ("test", "/description"), ("remove", "/tracingEnabled")]
    {
        let error = fixture.error("UpdateStage", with(&stage, patch(op, path, json!("x")))).await;
        assert!(error.starts_with("BadRequestException: Invalid"), "{op} {path}: {error}");
    }
    let made = json!({"name": "p", "apiStages": [{"apiId": api.id, "stage": "dev"}]});
    let plan = fixture.ok("CreateUsagePlan", made).await;
    let named = json!({"usagePlanId": plan["id"]});
    let throttle = format!("/apiStages/{}:dev/throttle", api.id);
    let limits = |path: &str| json!(format!("{{\"{path}\":{{\"rateLimit\":2.5,\"burstLimit\":3}}}}"));
    for (op, value, expected) in [
        ("add", limits("//GET"), json!({"//GET": {"rateLimit": 2.5, "burstLimit": 3}})),
        ("replace", limits("/pets/GET"), json!({"/pets/GET": {"rateLimit": 2.5, "burstLimit": 3}})),
        ("remove", json!(null), json!(null)),
    ] {
        let shown = fixture.ok("UpdateUsagePlan", with(&named, patch(op, &throttle, value))).await;
        assert_eq!(shown["apiStages"][0]["throttle"], expected, "{op}");
    }
    for value in ["x", "[]", "{\"/GET\":{\"rate\":1}}", "{\"/GET\":{\"rateLimit\":-1}}"] {
        let error = fixture.error("UpdateUsagePlan", with(&named, patch("add", &throttle, json!(value)))).await;
        assert!(error.starts_with("BadRequestException: "), "{value}: {error}");
    }
    let bad = [("replace", "/apiStages"), ("add", "/name"), ("copy", "/quota"), ("replace", "/id")];
    check(&fixture, "UpdateUsagePlan", &named, &[], &bad).await;
}

/// Maps and lists that are given, added to, and taken away as a whole.
#[tokio::test]
async fn whole_maps_and_lists_are_patched_at_once() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let id = json!({"restApiId": api.id});
    let method = with(&id, json!({"resourceId": api.root, "httpMethod": "GET"}));
    let response = with(&method, json!({"statusCode": "200"}));
    let gateway_response = with(&id, json!({"responseType": "DEFAULT_4XX"}));
    let maps = [
        ("UpdateMethod", &method, "requestParameters", "method.request.header.a", json!(true), json!(false)),
        ("UpdateMethod", &method, "requestModels", "text/plain", json!("Empty"), json!("Error")),
        (
            "UpdateMethodResponse",
            &response,
            "responseParameters",
            "method.response.header.a",
            json!(true),
            json!(false),
        ),
        ("UpdateMethodResponse", &response, "responseModels", "text/plain", json!("Empty"), json!("Error")),
        ("UpdateIntegration", &method, "requestTemplates", "text/plain", json!("{}"), json!("{ }")),
        ("UpdateIntegration", &method, "requestParameters", "integration.request.header.a", json!("'1'"), json!("'2'")),
        ("UpdateIntegrationResponse", &response, "responseTemplates", "text/plain", json!("x"), json!("y")),
        ("UpdateGatewayResponse", &gateway_response, "responseTemplates", "text/plain", json!("x"), json!("y")),
        (
            "UpdateGatewayResponse",
            &gateway_response,
            "responseParameters",
            "gatewayresponse.header.a",
            json!("'1'"),
            json!("'2'"),
        ),
    ];
    for (operation, named, member, key, first, second) in maps {
        let path = format!("/{member}");
        let map = |value: &Value| json!(json!({key: value}).to_string());
        let shown = fixture.ok(operation, with(named, patch("add", &path, map(&first)))).await;
        assert_eq!(shown[member][key], first, "{operation} {member}");
        let shown = fixture.ok(operation, with(named, patch("replace", &path, map(&second)))).await;
        assert_eq!(shown[member], json!({key: second}), "{operation} {member}");
        for value in ["x", "[]", "{\"a\":{}}"] {
            let error = fixture.error(operation, with(named, patch("replace", &path, json!(value)))).await;
            assert!(error.starts_with("BadRequestException: Invalid value in"), "{operation} {member}: {error}");
        }
        let shown = fixture.ok(operation, with(named, patch("remove", &path, json!(null)))).await;
        assert!(shown.get(member).is_none_or(|map| map.is_null() || map == &json!({})), "{operation}: {shown}");
    }
    let types = async |op: &str, path: &str, value: Value| {
        fixture.ok("UpdateRestApi", with(&id, patch(op, path, value))).await["binaryMediaTypes"].clone()
    };
    assert_eq!(types("add", "/binaryMediaTypes", json!("image/png")).await, json!(["image/png"]));
    assert_eq!(types("replace", "/binaryMediaTypes/image~1png", json!("image/jpeg")).await, json!(["image/jpeg"]));
    assert!(types("remove", "/binaryMediaTypes", json!(null)).await.as_array().is_none_or(Vec::is_empty));
    let keys = async |op: &str, value: Value| {
        fixture.ok("UpdateIntegration", with(&method, patch(op, "/cacheKeyParameters", value))).await
    };
    let one = keys("add", json!("method.request.querystring.q")).await;
    assert_eq!(one["cacheKeyParameters"], json!(["method.request.querystring.q"]));
    assert!(keys("remove", json!(null)).await["cacheKeyParameters"].as_array().is_none_or(Vec::is_empty));
}

#[tokio::test]
async fn all_settings_of_methods_are_replaced_at_once() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    fixture.ok("UpdateStage", with(&stage, patch("replace", "/*/*/metrics/enabled", json!("true")))).await;
    let all = json!({
        "/~1pets/GET": {"cachingEnabled": true, "cacheTtlInSeconds": 7, "throttlingBurstLimit": 3},
        "owners/POST": {"metricsEnabled": true, "unauthorizedCacheControlHeaderStrategy": "FAIL_WITH_403"},
    });
    let replace = |all: &Value| with(&stage, patch("replace", "/methodSettings", json!(all.to_string())));
    let shown = fixture.ok("UpdateStage", replace(&all)).await["methodSettings"].clone();
    assert_eq!(shown.as_object().unwrap().keys().collect::<Vec<_>>(), ["owners/POST", "pets/GET"]);
    let pets = &shown["pets/GET"];
    assert_eq!((&pets["cacheTtlInSeconds"], &pets["throttlingBurstLimit"]), (&json!(7), &json!(3)));
    assert_eq!((&pets["cachingEnabled"], &pets["throttlingRateLimit"]), (&json!(true), &json!(10_000.0)));
    assert_eq!(shown["owners/POST"]["unauthorizedCacheControlHeaderStrategy"], "FAIL_WITH_403");
    // What GetStage shows is good again.
    assert_eq!(fixture.ok("UpdateStage", replace(&shown)).await["methodSettings"], shown);
    for bad in [
        json!([]),
        json!({"GET": {}}),
        json!({"pets/": {}}),
        json!({"*/*": {"loggingLevel": "LOUD"}}),
        json!({"*/*": {"cacheTtlInSeconds": 3601}}),
        json!({"*/*": {"throttlingRateLimit": -2}}),
        json!({"*/*": {"unauthorizedCacheControlHeaderStrategy": "x"}}),
        json!({"*/*": {"more": 1}}),
    ] {
        let error = fixture.error("UpdateStage", replace(&bad)).await;
        assert!(error.starts_with("BadRequestException: "), "{bad}: {error}");
    }
    assert_eq!(fixture.ok("GetStage", stage.clone()).await["methodSettings"], shown);
}
