//! Caches, canaries, logs, models and the kinds of integrations, from the calls that set them to what is served.

use serde_json::{Value, json};

use super::fixture::*;

struct Deployed {
    fixture: Fixture,
    api: Api,
    stage: Value,
}

/// An API whose `GET /` answers `one`, deployed to `dev`.
async fn deployed() -> Deployed {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "one $stageVariables.who").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    Deployed { fixture, api, stage }
}

impl Deployed {
    async fn patch(&self, operations: Value) -> Value {
        self.fixture.ok("UpdateStage", with(&self.stage, json!({"patchOperations": operations}))).await
    }

    async fn refused(&self, operations: Value) -> String {
        self.fixture.error("UpdateStage", with(&self.stage, json!({"patchOperations": operations}))).await
    }

    async fn text(&self) -> String {
        self.fixture.get(&self.api, "dev", "/", &[]).await.1
    }

    /// Changes what `GET /` answers, not yet deployed.
    async fn answers(&self, body: &str) {
        let place = json!({"restApiId": self.api.id, "resourceId": self.api.root, "httpMethod": "GET"});
        let templates = json!({"application/json": "{\"statusCode\": 200}"});
        let integration = json!({"type": "MOCK", "requestTemplates": templates});
        self.fixture.ok("PutIntegration", with(&place, integration)).await;
        let response = json!({"statusCode": "200", "responseTemplates": {"application/json": body}});
        self.fixture.ok("PutIntegrationResponse", with(&place, response)).await;
    }
}

fn replace(path: &str, value: &str) -> Value {
    json!({"op": "replace", "path": path, "value": value})
}

#[tokio::test]
async fn a_canary_is_deployed_served_promoted_and_removed() {
    let api = deployed().await;
    api.patch(json!([replace("/variables/who", "all")])).await;
    assert_eq!(api.text().await, "one all");
    api.answers("two $stageVariables.who").await;
    let canary = json!({"percentTraffic": 100.0, "stageVariableOverrides": {"who": "few"}});
    let first = api.fixture.ok("GetStage", api.stage.clone()).await["deploymentId"].clone();
    let second =
        api.fixture.ok("CreateDeployment", with(&api.stage, json!({"canarySettings": canary}))).await["id"].clone();
    let shown = api.fixture.ok("GetStage", api.stage.clone()).await;
    assert_eq!(shown["deploymentId"], first);
    assert_eq!(
        shown["canarySettings"],
        json!({"percentTraffic": 100.0, "deploymentId": second, "stageVariableOverrides": {"who": "few"}, "useStageCache": false})
    );
    assert_eq!(api.text().await, "two few");
    // What some stage serves as its canary is not deleted.
    let deployment = json!({"restApiId": api.api.id, "deploymentId": second});
    assert!(api.fixture.error("DeleteDeployment", deployment).await.contains("Active stages"));
    assert!(api.fixture.error("CreateDeployment", api.stage.clone()).await.contains("canary"));
    api.patch(json!([replace("/canarySettings/percentTraffic", "0.0")])).await;
    assert_eq!(api.text().await, "one all");
    let shown = api
        .patch(json!([
            {"op": "copy", "from": "/canarySettings/stageVariableOverrides", "path": "/variables"},
            {"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"},
        ]))
        .await;
    assert_eq!((&shown["deploymentId"], &shown["variables"]["who"]), (&second, &json!("few")));
    assert_eq!(api.text().await, "two few");
    let shown = api.patch(json!([{"op": "remove", "path": "/canarySettings"}])).await;
    assert!(shown.get("canarySettings").is_none_or(Value::is_null));
    assert_eq!(
        api.refused(json!([{"op": "copy", "from": "/canarySettings/deploymentId", "path": "/deploymentId"}])).await,
        "BadRequestException: Promotion not available. Canary does not exist."
    );
}

#[tokio::test]
async fn a_canary_begun_by_a_patch_serves_the_stages_own_deployment() {
    let api = deployed().await;
    let shown = api
        .patch(json!([
            replace("/canarySettings/percentTraffic", "10.5"),
            replace("/canarySettings/useStageCache", "true"),
            replace("/canarySettings/stageVariableOverrides/who", "few"),
        ]))
        .await;
    assert_eq!(shown["canarySettings"]["deploymentId"], shown["deploymentId"]);
    assert_eq!(shown["canarySettings"]["percentTraffic"], 10.5);
    for (path, value) in [
        ("/canarySettings/percentTraffic", "100.1"),
        ("/canarySettings/percentTraffic", "-1"),
        ("/canarySettings/percentTraffic", "many"),
        ("/canarySettings/deploymentId", "nope00"),
        ("/canarySettings/stageVariableOverrides/a-b", "x"),
        ("/canarySettings/other", "x"),
    ] {
        assert!(api.refused(json!([replace(path, value)])).await.starts_with("BadRequestException"), "{path} {value}");
    }
    let unknown = json!({"restApiId": api.api.id, "stageName": "new", "canarySettings": {"percentTraffic": 1.0}});
    assert!(api.fixture.error("CreateDeployment", unknown.clone()).await.starts_with("BadRequestException"));
    assert!(
        api.fixture.error("GetStage", json!({"restApiId": api.api.id, "stageName": "new"})).await.contains("NotFound")
    );
}

#[tokio::test]
async fn caches_are_sized_shown_and_flushed() {
    let api = deployed().await;
    let shown = api.patch(json!([replace("/cacheClusterEnabled", "true")])).await;
    assert_eq!((&shown["cacheClusterSize"], &shown["cacheClusterStatus"]), (&json!("0.5"), &json!("AVAILABLE")));
    let shown = api
        .patch(json!([
            replace("/*/*/caching/enabled", "true"),
            replace("/*/*/caching/ttlInSeconds", "60"),
            replace("/*/*/caching/dataEncrypted", "true"),
            replace("/*/*/caching/requireAuthorizationForCacheControl", "false"),
            replace("/*/*/caching/unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403"),
        ]))
        .await;
    let setting = &shown["methodSettings"]["*/*"];
    assert_eq!(
        (&setting["cachingEnabled"], &setting["cacheTtlInSeconds"], &setting["cacheDataEncrypted"]),
        (&json!(true), &json!(60), &json!(true))
    );
    assert_eq!(setting["unauthorizedCacheControlHeaderStrategy"], "FAIL_WITH_403");
    // The answer is kept: a variable that changed is not seen until the cache is flushed.
    api.patch(json!([replace("/variables/who", "a")])).await;
    assert_eq!(api.text().await, "one a");
    api.patch(json!([replace("/variables/who", "b")])).await;
    assert_eq!(api.text().await, "one a");
    api.fixture.ok("FlushStageCache", api.stage.clone()).await;
    assert_eq!(api.text().await, "one b");
    // A new deployment begins with nothing kept.
    api.answers("two").await;
    api.fixture.deploy(&api.api, "dev").await;
    assert_eq!(api.text().await, "two");
    for (path, value) in [
        ("/cacheClusterSize", "0.7"),
        ("/*/*/caching/ttlInSeconds", "3601"),
        ("/*/*/caching/ttlInSeconds", "-1"),
        ("/*/*/caching/unauthorizedCacheControlHeaderStrategy", "NEVER"),
        ("/*/*/logging/loglevel", "DEBUG"),
    ] {
        assert!(api.refused(json!([replace(path, value)])).await.starts_with("BadRequestException"), "{path}");
    }
    let unknown = json!({"restApiId": api.api.id, "stageName": "none"});
    assert!(api.fixture.error("FlushStageCache", unknown).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn execution_logs_need_the_accounts_role() {
    let api = deployed().await;
    let on = json!([replace("/*/*/logging/loglevel", "INFO"), replace("/*/*/logging/dataTrace", "true")]);
    assert_eq!(
        api.refused(on.clone()).await,
        "BadRequestException: CloudWatch Logs role ARN must be set in account settings to enable logging"
    );
    let role = patch("replace", "/cloudwatchRoleArn", json!("arn:aws:iam::123456789012:role/logs"));
    api.fixture.ok("UpdateAccount", role).await;
    let shown = api.patch(on).await;
    let setting = &shown["methodSettings"]["*/*"];
    assert_eq!((&setting["loggingLevel"], &setting["dataTraceEnabled"]), (&json!("INFO"), &json!(true)));
}

#[tokio::test]
async fn access_logs_are_set_and_removed() {
    let api = deployed().await;
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:apis";
    let shown = api
        .patch(json!([
            replace("/accessLogSettings/destinationArn", group),
            replace("/accessLogSettings/format", "$context.requestId $context.status"),
        ]))
        .await;
    assert_eq!(
        shown["accessLogSettings"],
        json!({"destinationArn": group, "format": "$context.requestId $context.status"})
    );
    for (path, value) in [
        ("/accessLogSettings/destinationArn", "nonsense"),
        ("/accessLogSettings/destinationArn", "arn:aws:s3:::bucket"),
        ("/accessLogSettings/destinationArn", "arn:aws:logs:us-east-1:123456789012:log-group:a b"),
        ("/accessLogSettings/format", "$context.status"),
        ("/accessLogSettings/format", "$context.requestId\nx"),
    ] {
        assert!(api.refused(json!([replace(path, value)])).await.starts_with("BadRequestException"), "{path} {value}");
    }
    let shown = api.patch(json!([{"op": "remove", "path": "/accessLogSettings"}])).await;
    assert!(shown.get("accessLogSettings").is_none_or(Value::is_null));
}

#[tokio::test]
async fn access_logs_go_to_delivery_streams_that_are_declared() {
    let api = deployed().await;
    let stream = "arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-calls";
    let to = |arn: &str| {
        json!([
            replace("/accessLogSettings/destinationArn", arn),
            replace("/accessLogSettings/format", "$context.requestId")
        ])
    };
    let shown = api.patch(to(stream)).await;
    assert_eq!(shown["accessLogSettings"]["destinationArn"], stream);
    for (arn, why) in [
        (stream.replace("calls", "other"), "Delivery stream amazon-apigateway-other is not declared"),
        (stream.replace("amazon-apigateway-calls", "calls"), "must begin with amazon-apigateway-"),
        (stream.replace("123456789012", "999999999999"), "Invalid ARN specified in the request"),
        (stream.replace("deliverystream/", ""), "Invalid ARN specified in the request"),
        (stream.replace("calls", "a b"), "Invalid ARN specified in the request"),
    ] {
        let error = api.refused(to(&arn)).await;
        assert!(error.starts_with("BadRequestException: ") && error.contains(why), "{arn}: {error}");
    }
    let kept = api.fixture.ok("GetStage", api.stage.clone()).await;
    assert_eq!(kept["accessLogSettings"]["destinationArn"], stream);
}

#[tokio::test]
async fn tracing_is_turned_on_by_each_operation_that_can() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "$context.xrayTraceId").await;
    let traced = |stage: &str| json!({"restApiId": api.id, "stageName": stage, "tracingEnabled": true});
    let deployment = fixture.ok("CreateDeployment", traced("one")).await;
    let one = json!({"restApiId": api.id, "stageName": "one"});
    assert_eq!(fixture.ok("GetStage", one.clone()).await["tracingEnabled"], true);
    let two = fixture.ok("CreateStage", with(&traced("two"), json!({"deploymentId": deployment["id"]}))).await;
    assert_eq!(two["tracingEnabled"], true);
    for stage in ["one", "two"] {
        let (status, trace) = fixture.get(&api, stage, "/", &[]).await;
        assert!(status == 200 && trace.starts_with("1-") && trace.len() == 35, "{trace}");
    }
    let off = fixture.ok("UpdateStage", with(&one, patch("replace", "/tracingEnabled", json!("false")))).await;
    assert_eq!(off["tracingEnabled"], false);
    assert_eq!(fixture.get(&api, "one", "/", &[]).await, (200, String::new()));
    // A deployment that does not speak of it leaves it.
    fixture.ok("CreateDeployment", json!({"restApiId": api.id, "stageName": "two"})).await;
    let two = fixture.ok("GetStage", json!({"restApiId": api.id, "stageName": "two"})).await;
    assert_eq!(two["tracingEnabled"], true);
}

#[tokio::test]
async fn bodies_are_validated_against_models_that_refer_to_others() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let address = |name: &str| format!("https://apigateway.amazonaws.com/restapis/{}/models/{name}", api.id);
    let model = |name: &str, schema: Value| json!({"restApiId": api.id, "name": name, "contentType": "application/json", "schema": schema.to_string()});
    let pets = json!({"type": "array", "items": {"$ref": address("Pet")}});
    fixture.ok("CreateModel", model("Pets", pets)).await;
    let body = json!({"restApiId": api.id, "name": "body", "validateRequestBody": true});
    let validator = fixture.ok("CreateRequestValidator", body).await;
    assert_eq!(validator["validateRequestBody"], true);
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "POST"});
    let method = json!({
        "authorizationType": "NONE", "requestValidatorId": validator["id"], "requestModels": {"application/json": "Pets"},
    });
    fixture.ok("PutMethod", with(&place, method)).await;
    fixture.mock_integration(&place, "fine").await;
    let deploy = json!({"restApiId": api.id, "stageName": "dev"});
    let error = fixture.error("CreateDeployment", deploy.clone()).await;
    assert!(error.contains("cannot be resolved"), "{error}");
    let pet = json!({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}});
    fixture.ok("CreateModel", model("Pet", pet)).await;
    fixture.ok("CreateDeployment", deploy).await;
    for (text, status) in [(r#"[{"name":"Rex"}]"#, 200), (r#"[{"name":1}]"#, 400), ("", 400), ("{", 400)] {
        assert_eq!(fixture.post(&api, "dev", "/", text).await.0, status, "{text}");
    }
}

#[tokio::test]
async fn integrations_keep_what_is_set_of_them() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let lambda = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations");
    let integration = json!({
        "type": "AWS", "integrationHttpMethod": "POST", "uri": lambda, "credentials": "arn:aws:iam::123456789012:role/x",
        "contentHandling": "CONVERT_TO_TEXT", "timeoutInMillis": 60_000, "cacheKeyParameters": ["method.request.querystring.a"],
    });
    let shown = fixture.ok("PutIntegration", with(&place, integration.clone())).await;
    for name in ["type", "uri", "credentials", "contentHandling", "timeoutInMillis", "cacheKeyParameters"] {
        assert_eq!(shown[name], integration[name], "{name}");
    }
    let changes = json!({"patchOperations": [
        replace("/contentHandling", "CONVERT_TO_BINARY"),
        replace("/credentials", ""),
        replace("/tlsConfig/insecureSkipVerification", "true"),
    ]});
    let shown = fixture.ok("UpdateIntegration", with(&place, changes)).await;
    assert_eq!(shown["contentHandling"], "CONVERT_TO_BINARY");
    assert_eq!(shown["tlsConfig"], json!({"insecureSkipVerification": true}));
    assert!(shown.get("credentials").is_none_or(Value::is_null));
    let wrong = with(&place, patch("replace", "/contentHandling", json!("CONVERT")));
    assert!(
        fixture.error("UpdateIntegration", wrong).await.starts_with("BadRequestException: Invalid contentHandling")
    );
    for uri in ["arn:aws:apigateway:us-east-1:s3:path/{bucket}/{key}", "arn:aws:apigateway:us-east-1:bucket.s3:path/x"]
    {
        let s3 = json!({"type": "AWS", "integrationHttpMethod": "GET", "uri": uri});
        fixture.ok("PutIntegration", with(&place, s3)).await;
    }
    fixture.ok("PutMethodResponse", with(&place, json!({"statusCode": "200"}))).await;
    let response = json!({"statusCode": "200", "contentHandling": "CONVERT_TO_TEXT"});
    assert_eq!(
        fixture.ok("PutIntegrationResponse", with(&place, response)).await["contentHandling"],
        "CONVERT_TO_TEXT"
    );
}
