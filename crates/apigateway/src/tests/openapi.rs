//! Import, export and back.

use aws_types::AwsError;
use serde_json::{Value, json};

use super::fixture::*;

fn body(text: &str) -> Value {
    aws_types::wire::IntoWire::into_wire(aws_types::wire::Blob(text.as_bytes().to_vec()))
}

pub(super) fn unpack(value: &Value) -> String {
    let blob: aws_types::wire::Blob = aws_types::wire::FromWire::from_wire(value.clone()).unwrap();
    String::from_utf8(blob.0).unwrap()
}

const PETS: &str = r##"
swagger: "2.0"
info: { title: Pets, version: "7", description: All pets }
basePath: /v1/pets
schemes: [https]
securityDefinitions:
  pool:
    type: apiKey
    name: auth-token
    in: header
    x-amazon-apigateway-authtype: cognito_user_pools
    x-amazon-apigateway-authorizer:
      type: cognito_user_pools
      providerARNs: ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Pool00001"]
  api_key: { type: apiKey, name: x-api-key, in: header }
x-amazon-apigateway-request-validators:
  parameters: { validateRequestBody: false, validateRequestParameters: true }
x-amazon-apigateway-request-validator: parameters
x-amazon-apigateway-binary-media-types: [image/png]
x-amazon-apigateway-api-key-source: HEADER
x-amazon-apigateway-gateway-responses:
  UNAUTHORIZED:
    statusCode: 401
    responseParameters: { gatewayresponse.header.X-Why: "'nobody'" }
    responseTemplates: { application/json: '{"why":$context.error.messageString}' }
parameters:
  limit: { name: limit, in: query, type: string, required: true }
definitions:
  Pet: { type: object, properties: { name: { type: string }, owner: { $ref: "#/definitions/Owner" } } }
  Owner: { type: object, properties: { pets: { type: array, items: { $ref: "#/definitions/Pet" } } } }
paths:
  /:
    get:
      operationId: listPets
      summary: Lists pets
      parameters: [{ $ref: "#/parameters/limit" }]
      security: [{ pool: [] }, { api_key: [] }]
      responses: &answers
        200:
          description: ok
          headers: { Access-Control-Allow-Origin: { type: string } }
          schema: { type: array, items: { $ref: "#/definitions/Pet" } }
      x-amazon-apigateway-integration: &mock
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        passthroughBehavior: when_no_match
        responses:
          default:
            statusCode: 200
            responseParameters: { method.response.header.Access-Control-Allow-Origin: "'*'" }
            responseTemplates: { application/json: '["rex"]' }
  /{petId}/toys:
    parameters: [{ name: petId, in: path, type: string, required: true }]
    post:
      consumes: [application/json]
      parameters: [{ name: Pet, in: body, schema: { $ref: "#/definitions/Pet" } }]
      responses: *answers
      x-amazon-apigateway-integration: *mock
    x-amazon-apigateway-any-method:
      responses: { 200: { description: ok } }
      x-amazon-apigateway-integration:
        type: http_proxy
        httpMethod: ANY
        uri: http://backend.test/{petId}
        requestParameters: { integration.request.path.petId: method.request.path.petId }
        timeoutInMillis: 1000
"##;

pub(super) async fn imported(fixture: &Fixture, text: &str) -> Api {
    let api = fixture.ok("ImportRestApi", json!({"body": body(text)})).await;
    Api { id: text_of(&api["id"]), root: text_of(&api["rootResourceId"]) }
}

fn text_of(value: &Value) -> String {
    text(value)
}

/// All that is shown of an API but ids and dates.
async fn shown(fixture: &Fixture, api: &Api) -> Value {
    let id = json!({"restApiId": api.id, "limit": 500});
    let mut all = json!({});
    let mut rest = fixture.ok("GetRestApi", id.clone()).await;
    for member in ["id", "rootResourceId", "createdDate"] {
        rest.as_object_mut().unwrap().remove(member);
    }
    all["api"] = rest;
    for (operation, name) in [
        ("GetModels", "models"),
        ("GetAuthorizers", "authorizers"),
        ("GetRequestValidators", "validators"),
        ("GetGatewayResponses", "responses"),
    ] {
        all[name] = fixture.ok(operation, id.clone()).await["items"].clone();
    }
    let resources = fixture.ok("GetResources", with(&id, json!({"embed": ["methods"]}))).await["items"].clone();
    let mut names: Vec<(String, String)> = Vec::new();
    for list in [&all["authorizers"], &all["validators"]] {
        names.extend(list.as_array().unwrap().iter().map(|e| (text(&e["id"]), text(&e["name"]))));
    }
    let mut by_path = serde_json::Map::new();
    for resource in resources.as_array().unwrap() {
        names.push((text(&resource["id"]), text(&resource["path"])));
    }
    for resource in resources.as_array().unwrap() {
        by_path.insert(text(&resource["path"]), resource["resourceMethods"].clone());
    }
    by_path.sort_keys();
    let models = all["models"].as_array_mut().unwrap();
    models.iter_mut().for_each(|model| {
        model.as_object_mut().unwrap().remove("id");
        let schema: Value = serde_json::from_str(&text(&model["schema"]).replace(&api.id, "API")).unwrap();
        model["schema"] = schema;
    });
    all["paths"] = Value::Object(by_path);
    let mut written = all.to_string();
    for (id, name) in names {
        written = written.replace(&format!("\"{id}\""), &format!("\"<{name}>\""));
    }
    serde_json::from_str(&written).unwrap()
}

#[tokio::test]
async fn a_document_becomes_an_api_that_serves() {
    let fixture = Fixture::new();
    let api = imported(&fixture, PETS).await;
    let seen = shown(&fixture, &api).await;
    assert_eq!(seen["api"]["name"], "Pets");
    assert_eq!(seen["api"]["version"], "7");
    assert_eq!(seen["api"]["binaryMediaTypes"], json!(["image/png"]));
    let get = &seen["paths"]["/"]["GET"];
    assert_eq!(get["authorizationType"], "COGNITO_USER_POOLS");
    assert_eq!(get["authorizerId"], "<pool>");
    assert_eq!(get["apiKeyRequired"], true);
    assert_eq!(get["requestValidatorId"], "<parameters>");
    assert_eq!(get["requestParameters"], json!({"method.request.querystring.limit": true}));
    assert_eq!(get["operationName"], "listPets");
    assert_eq!(seen["authorizers"][0]["identitySource"], "method.request.header.auth-token");
    assert_eq!(seen["authorizers"][0]["authorizerResultTtlInSeconds"], 300);
    let post = &seen["paths"]["/{petId}/toys"]["POST"];
    assert_eq!(post["requestModels"], json!({"application/json": "Pet"}));
    assert_eq!(seen["paths"]["/{petId}/toys"]["ANY"]["methodIntegration"]["connectionType"], "INTERNET");
    let parts = fixture.ok("GetDocumentationParts", json!({"restApiId": api.id})).await;
    let kinds = parts["items"].as_array().unwrap().iter().map(|part| part["location"]["type"].as_str().unwrap());
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["API", "METHOD", "RESPONSE", "RESPONSE", "RESPONSE"]);
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.send("POST", &api.id, "dev", "/1/toys", &[]).await, (200, "[\"rex\"]".to_owned()));
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await, (401, "{\"why\":\"Unauthorized\"}".to_owned()));
    assert_eq!(fixture.get(&api, "dev", "/1/toys", &[]).await.1, "http://backend.test/1");
}

#[tokio::test]
async fn what_is_exported_and_imported_again_means_the_same() {
    let fixture = Fixture::new();
    let api = imported(&fixture, PETS).await;
    let original = shown(&fixture, &api).await;
    fixture.ok("CreateDocumentationVersion", json!({"restApiId": api.id, "documentationVersion": "1"})).await;
    fixture.deploy(&api, "dev").await;
    let version = patch("replace", "/documentationVersion", json!("1"));
    fixture.ok("UpdateStage", with(&json!({"restApiId": api.id, "stageName": "dev"}), version)).await;
    let parts = fixture.ok("GetDocumentationParts", json!({"restApiId": api.id})).await;
    for (kind, accepts) in [
        ("swagger", "application/json"),
        ("swagger", "application/yaml"),
        ("oas30", "application/json"),
        ("oas30", "application/yaml"),
    ] {
        let input = json!({
            "restApiId": api.id, "stageName": "dev", "exportType": kind, "accepts": accepts,
            "parameters": {"extensions": "apigateway"},
        });
        let export = fixture.ok("GetExport", input).await;
        assert_eq!(export["contentType"], accepts);
        let document = unpack(&export["body"]);
        let again = imported(&fixture, &document).await;
        assert_eq!(shown(&fixture, &again).await, original, "{kind} {accepts}\n{document}");
        let documented = fixture.ok("GetDocumentationParts", json!({"restApiId": again.id})).await;
        let said = |parts: &Value| {
            let mut said: Vec<String> = parts["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| format!("{} {}", part["location"], part["properties"]))
                .collect();
            said.sort();
            said
        };
        assert_eq!(said(&documented), said(&parts));
    }
}

#[tokio::test]
async fn an_export_without_extensions_tells_no_more_than_the_interface() {
    let fixture = Fixture::new();
    let api = imported(&fixture, PETS).await;
    fixture.deploy(&api, "dev").await;
    let input = json!({"restApiId": api.id, "stageName": "dev", "exportType": "oas30"});
    let plain = unpack(&fixture.ok("GetExport", input.clone()).await["body"]);
    assert!(!plain.contains("backend.test") && !plain.contains("userpool"), "{plain}");
    for (given, there) in [("integrations", "backend.test"), ("authorizers", "userpool"), ("postman", "openapi")] {
        let more = json!({"parameters": {"extensions": given}});
        let text = unpack(&fixture.ok("GetExport", with(&input, more)).await["body"]);
        assert!(text.contains(there), "{given}: {text}");
    }
    for more in [
        json!({"exportType": "raml"}),
        json!({"accepts": "text/html"}),
        json!({"parameters": {"extensions": "everything"}}),
    ] {
        assert!(fixture.error("GetExport", with(&input, more)).await.starts_with("BadRequestException: "));
    }
}

const TOYS: &str = r#"{"openapi": "3.0.1", "info": {"title": "Toys", "version": "1"}, "paths": {"/toys": {"get": {
    "responses": {"200": {"description": "ok"}},
    "x-amazon-apigateway-integration": {"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "\"toys\""}}}}}}}}"#;

#[tokio::test]
async fn merging_adds_and_overwriting_replaces() {
    let fixture = Fixture::new();
    let api = imported(&fixture, PETS).await;
    let named = json!({"restApiId": api.id});
    let paths = async || {
        let resources = fixture.ok("GetResources", named.clone()).await;
        let mut paths: Vec<(String, String)> =
            resources["items"].as_array().unwrap().iter().map(|r| (text(&r["path"]), text(&r["id"]))).collect();
        paths.sort();
        paths
    };
    let before = paths().await;
    let put = |mode: &str, text: &str| with(&named, json!({"mode": mode, "body": body(text)}));
    let merged = fixture.ok("PutRestApi", put("merge", &TOYS.replace("/toys", "/{petId}/name"))).await;
    assert_eq!(merged["name"], "Pets");
    let after = paths().await;
    assert!(before.iter().all(|place| after.contains(place)));
    assert_eq!(after.len(), before.len() + 1);
    // Two variables under one resource cannot be told apart.
    let error = fixture.error("PutRestApi", put("merge", &TOYS.replace("/toys", "/{name}"))).await;
    assert!(error.starts_with("BadRequestException: A sibling ({"), "{error}");
    assert_eq!(paths().await, after);

    fixture.deploy(&api, "dev").await;
    let overwritten = fixture.ok("PutRestApi", put("overwrite", TOYS)).await;
    assert_eq!(overwritten["name"], "Toys");
    assert_eq!(overwritten["id"], api.id);
    let left: Vec<String> = paths().await.into_iter().map(|(path, _)| path).collect();
    assert_eq!(left, ["/", "/toys"]);
    assert!(fixture.ok("GetAuthorizers", named.clone()).await["items"].as_array().unwrap().is_empty());
    // What was deployed is served until the next deployment.
    assert_eq!(fixture.get(&api, "dev", "/1/toys", &[]).await.0, 200);
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/toys", &[]).await, (200, "\"toys\"".to_owned()));
    assert_eq!(fixture.get(&api, "dev", "/1/toys", &[]).await.0, 403);
}

#[tokio::test]
async fn a_base_path_is_left_out_put_before_or_split() {
    let fixture = Fixture::new();
    let document = TOYS.replace("\"paths\"", "\"servers\": [{\"url\": \"https://x.test/a/b\"}], \"paths\"");
    for (mode, path) in [("ignore", "/toys"), ("prepend", "/a/b/toys"), ("split", "/b/toys")] {
        let input = json!({"body": body(&document), "parameters": {"basepath": mode}});
        let api = fixture.ok("ImportRestApi", input).await;
        let resources = fixture.ok("GetResources", json!({"restApiId": api["id"]})).await;
        let found = resources["items"].as_array().unwrap().iter().any(|resource| resource["path"] == path);
        assert!(found, "{mode}: {resources}");
    }
}

async fn refused(fixture: &Fixture, text: &str) -> AwsError {
    fixture.call("ImportRestApi", json!({"body": body(text)})).await.unwrap_err()
}

#[tokio::test]
async fn a_refused_document_leaves_nothing() {
    let fixture = Fixture::new();
    for (text, message) in [
        ("", "Invalid OpenAPI input."),
        ("[]", "Invalid OpenAPI input."),
        ("{}", "Invalid OpenAPI input."),
        ("swagger: '1.2'", "Invalid OpenAPI input."),
        ("swagger: '2.0'", "Invalid OpenAPI input. The title must be specified"),
    ] {
        let error = refused(&fixture, text).await;
        assert_eq!((error.status, error.message.as_ref()), (400, message), "{text}");
    }
    let broken = [
        TOYS.replace("MOCK", "FAX"),
        TOYS.replace("\"statusCode\": \"200\"", "\"statusCode\": \"404\""),
        TOYS.replace("/toys", "/to ys"),
        TOYS.replace("\"responses\": {\"200\"", "\"parameters\": [{\"$ref\": \"#/nowhere\"}], \"responses\": {\"200\""),
        TOYS.replace(
            "\"responses\": {\"200\"",
            "\"x-amazon-apigateway-request-validator\": \"x\", \"responses\": {\"200\"",
        ),
    ];
    for text in broken {
        let error = refused(&fixture, &text).await;
        assert_eq!(error.status, 400, "{text}: {error:?}");
        assert!(error.message.starts_with("Errors found during import:\n\t"), "{error}");
    }
    let listed = fixture.ok("GetRestApis", json!({})).await;
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn references_that_go_round_end() {
    let fixture = Fixture::new();
    let round = r##"{"swagger": "2.0", "info": {"title": "x"}, "parameters": {"a": {"$ref": "#/parameters/b"},
        "b": {"$ref": "#/parameters/a"}}, "paths": {"/": {"get": {"parameters": [{"$ref": "#/parameters/a"}]}}}}"##;
    assert!(refused(&fixture, round).await.message.contains("References refer to each other"));
    let itself = r##"{"swagger": "2.0", "info": {"title": "x"}, "paths": {"/": {"$ref": "#/paths/~1"}}}"##;
    assert!(refused(&fixture, itself).await.message.contains("References refer to each other"));
}

#[tokio::test]
async fn warnings_are_told_and_may_end_an_import() {
    let fixture = Fixture::new();
    let text =
        TOYS.replace("\"200\": {\"description\": \"ok\"}", "\"200\": {\"description\": \"ok\"}, \"default\": {}");
    let api = fixture.ok("ImportRestApi", json!({"body": body(&text)})).await;
    assert_eq!(api["warnings"], json!(["Response default of 'GET' at '/toys' is not supported"]));
    for operation in ["ImportRestApi", "PutRestApi"] {
        let input = json!({"restApiId": api["id"], "body": body(&text), "failOnWarnings": true});
        let error = fixture.error(operation, input).await;
        assert!(error.starts_with("BadRequestException: Warnings found during import:\n\t"), "{error}");
    }
    assert_eq!(fixture.ok("GetRestApis", json!({})).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn endpoint_types_and_ignored_documentation_come_with_the_call() {
    let fixture = Fixture::new();
    let parameters = json!({"endpointConfigurationTypes": "REGIONAL", "ignore": "documentation"});
    let api = fixture.ok("ImportRestApi", json!({"body": body(PETS), "parameters": parameters})).await;
    assert_eq!(api["endpointConfiguration"]["types"], json!(["REGIONAL"]));
    let parts = fixture.ok("GetDocumentationParts", json!({"restApiId": api["id"]})).await;
    assert_eq!(parts["items"], json!([]));
    for bad in [json!({"endpointConfigurationTypes": "LUNAR"}), json!({"basepath": "guess"})] {
        let error = fixture.error("ImportRestApi", json!({"body": body(PETS), "parameters": bad})).await;
        assert!(error.starts_with("BadRequestException: Invalid "), "{error}");
    }
}

#[tokio::test]
async fn an_sdk_names_every_method() {
    let fixture = Fixture::new();
    let api = imported(&fixture, PETS).await;
    fixture.deploy(&api, "dev").await;
    let input = json!({"restApiId": api.id, "stageName": "dev", "sdkType": "javascript"});
    let sdk = fixture.ok("GetSdk", input.clone()).await;
    let blob: aws_types::wire::Blob = aws_types::wire::FromWire::from_wire(sdk["body"].clone()).unwrap();
    let text = String::from_utf8_lossy(&blob.0).into_owned();
    for name in ["rootGet", "petIdToysPost", "petIdToysAny", "apiGateway-js-sdk/apigClient.js"] {
        assert!(text.contains(name), "{name}");
    }
    assert!(fixture.error("GetSdk", with(&input, json!({"sdkType": "cobol"}))).await.contains("Invalid SDK type"));
}

const GUARDED: &str = r##"
swagger: "2.0"
info: { title: Guarded, version: "1" }
x-amazon-apigateway-policy:
  Version: "2012-10-17"
  Statement: [{ Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: ["execute-api:/*"] }]
securityDefinitions:
  check:
    type: apiKey
    name: Auth
    in: header
    x-amazon-apigateway-authtype: custom
    x-amazon-apigateway-authorizer:
      type: token
      authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:check/invocations
      identityValidationExpression: "x-.*"
      authorizerResultTtlInSeconds: 60
  ask:
    type: apiKey
    name: Unused
    in: header
    x-amazon-apigateway-authtype: custom
    x-amazon-apigateway-authorizer:
      type: request
      identitySource: method.request.header.Auth, method.request.querystring.who
      authorizerUri: arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:ask/invocations
paths:
  /pets:
    get:
      security: [{ check: [] }]
      responses: { 200: { description: ok } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses: { default: { statusCode: 200 } }
    post:
      security: [{ ask: [] }]
      responses: { 200: { description: ok } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses: { default: { statusCode: 200 } }
"##;

#[tokio::test]
async fn functions_and_policies_of_a_document_guard_the_api() {
    let fixture = Fixture::new();
    let api = imported(&fixture, GUARDED).await;
    let id = json!({"restApiId": api.id});
    let rest = fixture.ok("GetRestApi", id.clone()).await;
    assert!(text(&rest["policy"]).contains(&format!("arn:aws:execute-api:us-east-1:123456789012:{}/*", api.id)));
    let authorizers = fixture.ok("GetAuthorizers", id.clone()).await;
    let of =
        |name: &str| authorizers["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    assert_eq!(
        (of("check")["type"].clone(), of("check")["authorizerResultTtlInSeconds"].clone()),
        (json!("TOKEN"), json!(60))
    );
    assert_eq!(of("check")["identitySource"], "method.request.header.Auth");
    assert_eq!(of("ask")["type"], "REQUEST");
    fixture.deploy(&api, "dev").await;
    let allow = |_: &world::FunctionCall| {
        let policy = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]});
        let answer = json!({"principalId": "u", "policyDocument": policy});
        Ok(world::FunctionAnswer { payload: answer.to_string().into(), function_error: None, request_id: None })
    };
    fixture.functions.on("arn:aws:lambda:us-east-1:123456789012:function:check", allow);
    assert_eq!(fixture.get(&api, "dev", "/pets", &[("auth", "x-1")]).await.0, 200);
    assert_eq!(fixture.get(&api, "dev", "/pets", &[("auth", "y")]).await.0, 401);
    assert_eq!(fixture.get(&api, "dev", "/pets", &[]).await.0, 401);
    let exported = json!({"restApiId": api.id, "stageName": "dev", "exportType": "swagger",
        "parameters": {"extensions": "apigateway"}});
    let exported: Value = serde_json::from_str(&unpack(&fixture.ok("GetExport", exported).await["body"])).unwrap();
    assert_eq!(exported["x-amazon-apigateway-policy"]["Statement"][0]["Effect"], "Allow");
}

#[tokio::test]
async fn a_document_put_into_an_api_brings_its_policy_and_takes_none_away() {
    let fixture = Fixture::new();
    let put = async |api: &Api, mode: &str, text: &str| {
        fixture.ok("PutRestApi", json!({"restApiId": api.id, "mode": mode, "body": body(text)})).await
    };
    let open = "swagger: '2.0'\ninfo: {title: Open, version: '1'}\npaths: {}\n";
    for mode in ["merge", "overwrite"] {
        let api = fixture.api().await;
        let shown = put(&api, mode, GUARDED).await;
        let policy = text(&shown["policy"]);
        assert!(policy.contains(&format!(":{}/*", api.id)), "{mode}: {policy}");
        assert_eq!(text(&put(&api, mode, open).await["policy"]), policy, "{mode}");
    }
}

#[tokio::test]
async fn private_apis_come_from_documents() {
    let fixture = Fixture::new();
    let endpoint = "x-amazon-apigateway-endpoint-configuration: { vpcEndpointIds: [vpce-0a1b] }\n";
    let document = format!("{endpoint}{GUARDED}");
    let refused = fixture.error("ImportRestApi", json!({"body": body(&document)})).await;
    assert!(refused.starts_with("BadRequestException: "), "{refused}");
    let parameters = json!({"endpointConfigurationTypes": "PRIVATE"});
    let made = fixture.ok("ImportRestApi", json!({"body": body(&document), "parameters": parameters})).await;
    assert_eq!(made["endpointConfiguration"]["types"], json!(["PRIVATE"]));
    assert_eq!(made["endpointConfiguration"]["vpcEndpointIds"], json!(["vpce-0a1b"]));
    let api = Api { id: text_of(&made["id"]), root: text_of(&made["rootResourceId"]) };
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/pets", &[("auth", "x-1")]).await.0, 403, "not from outside");
    let other = document.replace("vpce-0a1b", "vpce-0c2d");
    let merged = fixture.ok("PutRestApi", json!({"restApiId": api.id, "mode": "merge", "body": body(&other)})).await;
    assert_eq!(merged["endpointConfiguration"]["vpcEndpointIds"], json!(["vpce-0a1b", "vpce-0c2d"]));
    let put = json!({"restApiId": api.id, "mode": "overwrite", "body": body(&other)});
    assert_eq!(fixture.ok("PutRestApi", put).await["endpointConfiguration"]["vpcEndpointIds"], json!(["vpce-0c2d"]));
}
