use serde_json::{Value, json};

use super::fixture::{Calls as _, Fixture, text};

fn document() -> Value {
    let integration = json!({ "type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example/pets",
        "payloadFormatVersion": 1.0, "timeoutInMillis": 5000,
        "requestParameters": { "append:header.x": "$context.requestId" },
        "responseParameters": { "200": { "overwrite:statuscode": "201" } } });
    json!({
        "openapi": "3.0.1",
        "info": { "title": "pets", "version": "7", "description": "all pets" },
        "servers": [{ "url": "https://x.example/{basePath}", "variables": { "basePath": { "default": "/v1/beta" } } }],
        "tags": [{ "name": "team", "x-amazon-apigateway-tag-value": "blue" }, { "name": "plain" }],
        "x-amazon-apigateway-cors": { "allowOrigins": ["https://a.example"], "maxAge": 60 },
        "x-amazon-apigateway-importexport-version": "1.0",
        "x-amazon-apigateway-policy": {},
        "components": {
            "securitySchemes": {
                "tokens": { "type": "oauth2", "flows": {}, "x-amazon-apigateway-authorizer": { "type": "jwt",
                    "identitySource": "$request.header.Authorization",
                    "jwtConfiguration": { "issuer": "https://good.example", "audience": ["one"] } } },
                "function": { "type": "apiKey", "name": "x", "in": "header", "x-amazon-apigateway-authorizer": {
                    "type": "request", "identitySource": "$request.header.x, $request.querystring.y",
                    "authorizerUri": "arn:aws:lambda:us-east-1:123456789012:function:f",
                    "authorizerPayloadFormatVersion": "2.0", "authorizerResultTtlInSeconds": 300,
                    "enableSimpleResponses": true } },
                "sigv4": { "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4" },
            },
            "x-amazon-apigateway-integrations": { "shared": integration },
        },
        "paths": {
            "/pets": {
                "get": { "operationId": "list", "security": [{ "tokens": ["pets/read"] }],
                    "x-amazon-apigateway-integration": { "$ref": "#/components/x-amazon-apigateway-integrations/shared" } },
                "post": { "security": [{ "function": [] }],
                    "x-amazon-apigateway-integration": { "$ref": "#/components/x-amazon-apigateway-integrations/shared" } },
            },
            "/pets/{id}": { "x-amazon-apigateway-any-method": { "security": [{ "sigv4": [] }],
                "x-amazon-apigateway-integration": { "type": "AWS_PROXY", "httpMethod": "POST", "payloadFormatVersion": "2.0",
                    "uri": "arn:aws:lambda:us-east-1:123456789012:function:f" } } },
            "/$default": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": {
                "type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "https://backend.example" } } },
        },
    })
}

async fn keys(f: &Fixture, api: &str) -> Vec<String> {
    let routes = f.ok("GetRoutes", json!({ "ApiId": api })).await;
    let mut keys: Vec<String> =
        routes["Items"].as_array().unwrap().iter().map(|route| text(route, "RouteKey")).collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn a_document_becomes_an_api_and_the_api_the_same_document() {
    let f = Fixture::new();
    let made = f.ok("ImportApi", json!({ "Body": document().to_string() })).await;
    let api = text(&made, "ApiId");
    assert_eq!(made["Name"], "pets");
    assert_eq!(made["Version"], "7");
    assert_eq!(made["Tags"], json!({ "team": "blue" }));
    assert_eq!(made["CorsConfiguration"], json!({ "AllowOrigins": ["https://a.example"], "MaxAge": 60 }));
    assert_eq!(
        made["Warnings"],
        json!(["x-amazon-apigateway-policy in the document is not supported for HTTP APIs and was ignored"])
    );
    assert_eq!(keys(&f, &api).await, ["$default", "ANY /pets/{id}", "GET /pets", "POST /pets"]);
    let integrations = f.ok("GetIntegrations", json!({ "ApiId": api })).await;
    assert_eq!(integrations["Items"].as_array().unwrap().len(), 3);
    f.ok("CreateStage", json!({ "ApiId": api, "StageName": "$default", "AutoDeploy": true })).await;
    assert!(f.plans.stage(&api, "$default").is_some());

    let export = |kind: &'static str| json!({ "ApiId": api, "Specification": "OAS30", "OutputType": kind });
    let body = |answer: Value| {
        aws_types::wire::FromWire::from_wire(answer["body"].clone()).map(|blob: aws_types::wire::Blob| blob.0)
    };
    let json_text = body(f.ok("ExportApi", export("JSON")).await).unwrap();
    let yaml_text = body(f.ok("ExportApi", export("YAML")).await).unwrap();
    let exported = openapi_document::read(&json_text).unwrap();
    assert_eq!(openapi_document::read(&yaml_text).unwrap(), exported);
    let again =
        f.ok("ImportApi", json!({ "Body": String::from_utf8(yaml_text).unwrap(), "FailOnWarnings": true })).await;
    let second = text(&again, "ApiId");
    let other = json!({ "ApiId": second, "Specification": "OAS30", "OutputType": "JSON" });
    let mut round = openapi_document::read(&body(f.ok("ExportApi", other).await).unwrap()).unwrap();
    round["servers"] = exported["servers"].clone();
    assert_eq!(round, exported);
    let plain = json!({ "ApiId": api, "Specification": "OAS30", "OutputType": "JSON", "IncludeExtensions": false });
    let plain = String::from_utf8(body(f.ok("ExportApi", plain).await).unwrap()).unwrap();
    assert!(!plain.contains("x-amazon-apigateway-integration") && !plain.contains("-authorizer"), "{plain}");
}

#[tokio::test]
async fn a_base_path_is_left_out_or_stands_before_every_path() {
    let f = Fixture::new();
    for (mode, key) in [("ignore", "GET /pets"), ("prepend", "GET /v1/beta/pets"), ("split", "GET /beta/pets")] {
        let made = f.ok("ImportApi", json!({ "Body": document().to_string(), "Basepath": mode })).await;
        assert!(keys(&f, &text(&made, "ApiId")).await.contains(&key.to_owned()), "{mode}");
    }
    let bad = f.error("ImportApi", json!({ "Body": document().to_string(), "Basepath": "cut" })).await;
    assert_eq!(bad, "BadRequestException: Invalid basepath specified: cut. Valid values are ignore, prepend, split");
}

#[tokio::test]
async fn a_reimport_takes_the_place_of_the_definition_and_stages_stay() {
    let f = Fixture::new();
    let api = f.http_api().await;
    f.route(&api, "GET /old").await;
    f.ok("CreateStage", json!({ "ApiId": api, "StageName": "live", "AutoDeploy": true })).await;
    let before = f.plans.stage(&api, "live").unwrap().plan.deployment.id.clone();
    f.ok("ReimportApi", json!({ "ApiId": api, "Body": document().to_string() })).await;
    assert!(!keys(&f, &api).await.contains(&"GET /old".to_owned()));
    assert_ne!(f.plans.stage(&api, "live").unwrap().plan.deployment.id, before);
    assert_eq!(f.ok("GetApi", json!({ "ApiId": api })).await["Name"], "pets");
}

#[tokio::test]
async fn a_document_that_cannot_be_taken_leaves_nothing_behind() {
    let f = Fixture::new();
    let with = |pointer: &str, value: Value| {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value;
        document.to_string()
    };
    let jwt = "/components/securitySchemes/tokens/x-amazon-apigateway-authorizer/jwtConfiguration/issuer";
    let post = "/paths/~1pets/post/security";
    for (body, part) in [
        ("nothing".to_owned(), "Invalid OpenAPI input: "),
        (
            json!({ "swagger": "2.0", "info": { "title": "x" } }).to_string(),
            "Invalid OpenAPI input. HTTP APIs are imported from OpenAPI 3.0",
        ),
        (with("/info/title", json!("")), "The document has no title"),
        (
            with(jwt, json!("https://bad.example")),
            "Unable to create authorizer tokens: Caught exception when connecting to",
        ),
        (
            with(post, json!([{ "unknown": [] }])),
            "Unable to create route POST /pets: Security scheme unknown has no x-amazon-apigateway-authorizer",
        ),
        (
            with(post, json!([{ "tokens": [] }, { "sigv4": [] }])),
            "Unable to create route POST /pets: A route can have only one security scheme",
        ),
        (
            with("/components/x-amazon-apigateway-integrations/shared/uri", json!("ftp://x")),
            "Unable to create integration of route GET /pets: Invalid HTTP endpoint",
        ),
        (
            with("/components/x-amazon-apigateway-integrations/shared/type", json!("mock")),
            "Unable to create integration of route GET /pets: Integration type MOCK is not supported",
        ),
        (
            with("/paths/~1pets/get/x-amazon-apigateway-integration/$ref", json!("#/nowhere")),
            "Unable to resolve reference #/nowhere",
        ),
    ] {
        let refused = f.error("ImportApi", json!({ "Body": body })).await;
        assert!(refused.starts_with("BadRequestException: ") && refused.contains(part), "{part}: {refused}");
    }
    let warned = f.error("ImportApi", json!({ "Body": document().to_string(), "FailOnWarnings": true })).await;
    assert!(warned.starts_with("BadRequestException: Warnings found during import:"), "{warned}");
    assert_eq!(f.ok("GetApis", json!({})).await["Items"], json!([]));
}
