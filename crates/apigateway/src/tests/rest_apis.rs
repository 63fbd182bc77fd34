//! APIs, tags, account, models, validators, gateway responses.

use serde_json::{Value, json};

use super::fixture::*;

#[tokio::test]
async fn a_new_api_has_awss_defaults() {
    let fixture = Fixture::new();
    let api = fixture.ok("CreateRestApi", json!({"name": "dragons", "tags": {"a": "b"}})).await;
    assert_eq!(text(&api["id"]).len(), 10);
    assert_eq!(api["name"], "dragons");
    assert_eq!(api["apiKeySource"], "HEADER");
    assert_eq!(api["endpointConfiguration"], json!({"types": ["EDGE"], "ipAddressType": "ipv4"}));
    assert_eq!(api["disableExecuteApiEndpoint"], false);
    assert_eq!(api["tags"], json!({"a": "b"}));
    let same = fixture.ok("GetRestApi", json!({"restApiId": api["id"]})).await;
    assert_eq!(same, api);
    let resources = fixture.ok("GetResources", json!({"restApiId": api["id"]})).await;
    assert_eq!(resources["items"], json!([{"id": api["rootResourceId"], "path": "/"}]));
    let models = fixture.ok("GetModels", json!({"restApiId": api["id"]})).await;
    let names: Vec<_> = models["items"].as_array().unwrap().iter().map(|model| text(&model["name"])).collect();
    assert_eq!(names, ["Empty", "Error"]);
    let error = fixture.ok("GetModel", json!({"restApiId": api["id"], "modelName": "Error"})).await;
    let schema: serde_json::Value = serde_json::from_str(error["schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["properties"]["message"]["type"], "string");
}

#[tokio::test]
async fn apis_are_listed_page_by_page_for_their_own_account() {
    let mut fixture = Fixture::new();
    for _ in 0..5 {
        fixture.api().await;
    }
    let mut seen = Vec::new();
    let mut position = json!(null);
    loop {
        let page = fixture.ok("GetRestApis", json!({"limit": 2, "position": position})).await;
        seen.extend(page["items"].as_array().unwrap().iter().map(|api| text(&api["id"])));
        assert!(page["items"].as_array().unwrap().len() <= 2);
        match page.get("position") {
            Some(next) => position = next.clone(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted());
    let foreign = fixture.error("GetResources", json!({"restApiId": seen[0], "position": position})).await;
    assert!(foreign.starts_with("BadRequestException"), "a position of another list: {foreign}");
    let id = seen.remove(0);
    fixture.account = "999999999999";
    assert_eq!(fixture.ok("GetRestApis", json!({})).await["items"], json!([]));
    let error = fixture.error("GetRestApi", json!({"restApiId": id})).await;
    assert_eq!(error, format!("NotFoundException: Invalid API identifier specified 999999999999:{id}"));
}

#[tokio::test]
async fn wrong_settings_are_refused_in_awss_words() {
    let fixture = Fixture::new();
    for (more, message) in [
        (json!({"description": ""}), "Description cannot be an empty string"),
        (json!({"minimumCompressionSize": -1}), "Invalid minimum compression size, must be between 0 and 10485760"),
        (
            json!({"minimumCompressionSize": 10_485_761}),
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (
            json!({"endpointConfiguration": {"types": ["EDGE", "REGIONAL"]}}),
            "Cannot create an api with multiple Endpoint Types.",
        ),
        (
            json!({"endpointConfiguration": {"types": []}}),
            "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
        ),
        (
            json!({"endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "ipv4"}}),
            "Only dualstack ipAddressType is supported for Private APIs.",
        ),
    ] {
        let error = fixture.error("CreateRestApi", with(&json!({"name": "x"}), more)).await;
        assert_eq!(error, format!("BadRequestException: {message}"));
    }
}

#[tokio::test]
async fn a_deleted_api_is_gone_with_all_it_held() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "hello").await;
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await, (200, "hello".to_owned()));
    fixture.ok("DeleteRestApi", json!({"restApiId": api.id})).await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, 403);
    let error = fixture.error("DeleteRestApi", json!({"restApiId": api.id})).await;
    assert_eq!(error, format!("NotFoundException: Invalid API identifier specified 123456789012:{}", api.id));
    let left = fixture.store.query(&crate::table::api_pk(&api.id), "", None, 100).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn an_api_and_a_stage_bear_tags() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    for arn in [
        format!("arn:aws:apigateway:us-east-1::/restapis/{}", api.id),
        format!("arn:aws:apigateway:us-east-1::/restapis/{}/stages/dev", api.id),
    ] {
        fixture.ok("TagResource", json!({"resourceArn": arn, "tags": {"a": "1", "b": "2"}})).await;
        fixture.ok("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a"]})).await;
        assert_eq!(fixture.ok("GetTags", json!({"resourceArn": arn})).await, json!({"tags": {"b": "2"}}));
        let error = fixture.error("TagResource", json!({"resourceArn": arn, "tags": {"aws:x": "1"}})).await;
        assert!(error.starts_with("BadRequestException"), "{error}");
    }
    assert_eq!(
        fixture.ok("GetStage", json!({"restApiId": api.id, "stageName": "dev"})).await["tags"],
        json!({"b": "2"})
    );
    assert!(fixture.error("GetTags", json!({"resourceArn": "nonsense"})).await.starts_with("BadRequestException"));
}

#[tokio::test]
async fn the_account_has_its_limits_and_keeps_a_role() {
    let fixture = Fixture::new();
    let account = fixture.ok("GetAccount", json!({})).await;
    assert_eq!(account["throttleSettings"], json!({"burstLimit": 5000, "rateLimit": 10_000.0}));
    let role = json!("arn:aws:iam::123456789012:role/logs");
    let account = fixture.ok("UpdateAccount", patch("replace", "/cloudwatchRoleArn", role.clone())).await;
    assert_eq!(account["cloudwatchRoleArn"], role);
    assert_eq!(fixture.ok("GetAccount", json!({})).await["cloudwatchRoleArn"], role);
}

#[tokio::test]
async fn models_are_made_once_and_stay_while_they_are_named() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let base = json!({"restApiId": api.id, "contentType": "application/json"});
    let good = with(&base, json!({"name": "pet", "schema": r#"{"type":"object"}"#}));
    fixture.ok("CreateModel", good.clone()).await;
    let cases = [
        (good, "ConflictException: Model name already exists for this REST API"),
        (with(&base, json!({"name": ""})), "BadRequestException: Model name must be non-empty"),
        (
            with(&base, json!({"name": "a"})),
            "BadRequestException: Model schema must have at least 1 property or array items defined",
        ),
        (
            with(&base, json!({"name": "a", "schema": "{}"})),
            "BadRequestException: Model schema must have at least 1 property or array items defined",
        ),
    ];
    for (input, message) in cases {
        assert_eq!(fixture.error("CreateModel", input).await, message);
    }
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "ANY", "authorizationType": "NONE"});
    fixture.ok("PutMethod", with(&place, json!({"requestModels": {"application/json": "pet"}}))).await;
    let named = json!({"restApiId": api.id, "modelName": "pet"});
    let error = fixture.error("DeleteModel", named.clone()).await;
    assert_eq!(error, "ConflictException: Cannot delete model 'pet', is referenced in method request: /ANY");
    fixture.ok("DeleteMethod", json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "ANY"})).await;
    let changed = with(&named, patch("replace", "/description", json!("a pet")));
    assert_eq!(fixture.ok("UpdateModel", changed).await["description"], "a pet");
    fixture.ok("DeleteModel", named.clone()).await;
    assert_eq!(fixture.error("GetModel", named).await, "NotFoundException: Invalid model name specified: pet");
}

#[tokio::test]
async fn a_validator_checks_parameters_of_the_methods_that_name_it() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let input = json!({"restApiId": api.id, "name": "v", "validateRequestParameters": true});
    let validator = fixture.ok("CreateRequestValidator", input).await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    let checked = json!({
        "authorizationType": "NONE", "requestValidatorId": validator["id"],
        "requestParameters": {"method.request.header.x-a": true, "method.request.querystring.q": false},
    });
    fixture.ok("PutMethod", with(&place, checked)).await;
    fixture.mock_integration(&place, "fine").await;
    fixture.deploy(&api, "dev").await;
    let (status, body) = fixture.get(&api, "dev", "/", &[]).await;
    assert_eq!((status, body.as_str()), (400, r#"{"message":"Missing required request parameters: [x-a]"}"#));
    assert_eq!(fixture.get(&api, "dev", "/", &[("x-a", "1")]).await.0, 200);
    let named = json!({"restApiId": api.id, "requestValidatorId": validator["id"]});
    assert!(fixture.error("DeleteRequestValidator", named.clone()).await.starts_with("ConflictException"));
    let off = with(&named, patch("replace", "/validateRequestParameters", json!("false")));
    assert_eq!(fixture.ok("UpdateRequestValidator", off).await["validateRequestParameters"], false);
}

#[tokio::test]
async fn gateway_responses_are_all_listed_and_restyled_by_deployment() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let all = fixture.ok("GetGatewayResponses", json!({"restApiId": api.id})).await;
    let all = all["items"].as_array().unwrap();
    assert_eq!(all.len(), 21);
    let named = json!({"restApiId": api.id, "responseType": "MISSING_AUTHENTICATION_TOKEN"});
    let default = fixture.ok("GetGatewayResponse", named.clone()).await;
    assert_eq!((&default["statusCode"], &default["defaultResponse"]), (&json!("403"), &json!(true)));
    assert_eq!(
        default["responseTemplates"],
        json!({"application/json": r#"{"message":$context.error.messageString}"#})
    );
    let own = json!({"statusCode": "404", "responseTemplates": {"application/json": "{\"gone\":true}"}});
    let put = fixture.ok("PutGatewayResponse", with(&named, own)).await;
    assert_eq!(put["defaultResponse"], false);
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/none", &[]).await, (404, "{\"gone\":true}".to_owned()));
    let header = patch("add", "/responseParameters/gatewayresponse.header.x-a", json!("'1'"));
    let shown = fixture.ok("UpdateGatewayResponse", with(&named, header)).await;
    assert_eq!(shown["responseParameters"], json!({"gatewayresponse.header.x-a": "'1'"}));
    for (change, message) in [
        (
            patch("remove", "/responseParameters/gatewayresponse.header.x-b", json!(null)),
            "NotFoundException: Invalid parameter name specified",
        ),
        (
            patch("replace", "/responseTemplates/application~1json", json!("")),
            "BadRequestException: Invalid null or empty value in responseTemplates",
        ),
    ] {
        assert_eq!(fixture.error("UpdateGatewayResponse", with(&named, change)).await, message);
    }
    fixture.ok("DeleteGatewayResponse", named.clone()).await;
    let error = fixture.error("DeleteGatewayResponse", named).await;
    assert_eq!(error, "NotFoundException: Gateway response type not defined on api");
}

#[tokio::test]
async fn a_clone_has_the_definition_of_another_and_goes_its_own_way() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let id = json!({"restApiId": api.id});
    let pets = fixture.resource(&api, &api.root, "pets").await;
    fixture.mock(&api, &pets, "GET", "rex").await;
    let authorizer = fixture.authorizer(&api, "demo").await;
    let guarded = json!({"resourceId": pets, "httpMethod": "GET"});
    let operations = [("/authorizationType", "COGNITO_USER_POOLS"), ("/authorizerId", authorizer.as_str())];
    let operations: Vec<Value> =
        operations.iter().map(|(path, value)| json!({"op": "replace", "path": path, "value": value})).collect();
    fixture.ok("UpdateMethod", with(&with(&id, guarded), json!({"patchOperations": operations}))).await;
    let refers = format!("{{\"$ref\": \"https://apigateway.amazonaws.com/restapis/{}/models/Error\"}}", api.id);
    let model = json!({"name": "Pets", "contentType": "application/json",
        "schema": format!("{{\"type\": \"array\", \"items\": {refers}}}")});
    fixture.ok("CreateModel", with(&id, model)).await;
    let allow =
        json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [allow]}).to_string();
    fixture.ok("UpdateRestApi", with(&id, patch("replace", "/policy", json!(policy)))).await;
    let made = fixture.ok("CreateRestApi", json!({"name": "clone", "cloneFrom": api.id})).await;
    let clone = Api { id: text(&made["id"]), root: text(&made["rootResourceId"]) };
    assert!(text(&made["policy"]).contains(&clone.id) && !text(&made["policy"]).contains(&api.id));
    let listed = fixture.ok("GetResources", json!({"restApiId": clone.id, "embed": ["methods"]})).await;
    let resources = listed["items"].as_array().unwrap();
    let pets_too = resources.iter().find(|resource| resource["path"] == "/pets").unwrap();
    assert!(pets_too["id"] != json!(pets) && pets_too["parentId"] == json!(clone.root) && clone.root != api.root);
    let method = &pets_too["resourceMethods"]["GET"];
    assert!(method["authorizerId"] != json!(authorizer) && method["authorizationType"] == "COGNITO_USER_POOLS");
    assert_eq!(method["methodIntegration"]["cacheNamespace"], pets_too["id"]);
    let schema = fixture.ok("GetModel", json!({"restApiId": clone.id, "modelName": "Pets"})).await;
    assert!(text(&schema["schema"]).contains(&clone.id) && !text(&schema["schema"]).contains(&api.id));
    fixture.deploy(&clone, "dev").await;
    assert_eq!(fixture.get(&clone, "dev", "/pets", &[]).await.0, 401);
    let token = fixture.token();
    assert_eq!(fixture.get(&clone, "dev", "/pets", &[("auth-token", &token)]).await, (200, "rex".to_owned()));
    fixture.ok("DeleteRestApi", id).await;
    assert_eq!(fixture.get(&clone, "dev", "/pets", &[("auth-token", &token)]).await.0, 200);
    let error = fixture.error("CreateRestApi", json!({"name": "x", "cloneFrom": "nope000000"})).await;
    assert!(error.starts_with("BadRequestException: Invalid API identifier specified"), "{error}");
}

#[tokio::test]
async fn a_flattened_model_bears_what_it_refers_to() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let refers =
        |name: &str| json!({"$ref": format!("https://apigateway.amazonaws.com/restapis/{}/models/{name}", api.id)});
    let model = |name: &str, schema: Value| json!({"restApiId": api.id, "name": name, "contentType": "application/json", "schema": schema.to_string()});
    let leaf = json!({"type": "object", "properties": {"n": {"type": "number"}}});
    fixture.ok("CreateModel", model("Leaf", leaf.clone())).await;
    let tree = json!({"type": "object", "properties": {"leaf": refers("Leaf")}});
    fixture.ok("CreateModel", model("Tree", tree)).await;
    fixture.ok("CreateModel", model("Wood", json!({"type": "array", "items": refers("Tree")}))).await;
    let around = json!({"type": "object", "properties": {"leaf": refers("Leaf"), "wood": refers("Wood")}}).to_string();
    let named = json!({"restApiId": api.id, "modelName": "Tree"});
    fixture.ok("UpdateModel", with(&named, patch("replace", "/schema", json!(around)))).await;
    let wood = json!({"restApiId": api.id, "modelName": "Wood"});
    let plain = fixture.ok("GetModel", wood.clone()).await;
    assert!(text(&plain["schema"]).contains("https://apigateway"));
    let flat = fixture.ok("GetModel", with(&wood, json!({"flatten": true}))).await;
    let flat: Value = serde_json::from_str(&text(&flat["schema"])).unwrap();
    assert_eq!(flat["items"]["$ref"], "#/definitions/Tree");
    assert_eq!(flat["definitions"]["Leaf"], leaf);
    assert_eq!(flat["definitions"]["Tree"]["properties"]["leaf"]["$ref"], "#/definitions/Leaf");
    assert_eq!(flat["definitions"]["Wood"]["items"]["$ref"], "#/definitions/Tree");
}
