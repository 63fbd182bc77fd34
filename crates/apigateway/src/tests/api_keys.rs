//! API keys and usage plans, from their operations to the gateway.

use serde_json::{Value, json};

use super::fixture::*;

const VALUE: &str = "a-value-of-twenty-letters-and-more";

struct Keyed {
    fixture: Fixture,
    api: Api,
    key: String,
    plan: String,
}

/// An API whose root wants a key, a key, and a plan for its stage `dev`; the key is not in it yet.
async fn keyed(plan: Value) -> Keyed {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE", "apiKeyRequired": true}))).await;
    fixture.mock_integration(&place, "$context.identity.apiKeyId").await;
    fixture.deploy(&api, "dev").await;
    let key = fixture.ok("CreateApiKey", json!({"name": "k", "enabled": true, "value": VALUE})).await;
    let stages = json!({"name": "p", "apiStages": [{"apiId": api.id, "stage": "dev"}]});
    let plan = fixture.ok("CreateUsagePlan", with(&stages, plan)).await;
    Keyed { fixture, api, key: text(&key["id"]), plan: text(&plan["id"]) }
}

impl Keyed {
    async fn join(&self) -> Value {
        let input = json!({"usagePlanId": self.plan, "keyId": self.key, "keyType": "API_KEY"});
        self.fixture.ok("CreateUsagePlanKey", input).await
    }

    async fn call(&self, value: &str) -> (u16, String) {
        self.fixture.get(&self.api, "dev", "/", &[("x-api-key", value)]).await
    }

    async fn change_plan(&self, op: &str, path: &str, value: Value) -> Value {
        let named = json!({"usagePlanId": self.plan});
        self.fixture.ok("UpdateUsagePlan", with(&named, patch(op, path, value))).await
    }
}

#[tokio::test]
async fn a_key_opens_a_method_through_its_plan_and_no_longer() {
    let keyed = keyed(json!({})).await;
    let forbidden = (403, r#"{"message":"Forbidden"}"#.to_owned());
    assert_eq!(keyed.fixture.get(&keyed.api, "dev", "/", &[]).await, forbidden);
    assert_eq!(keyed.call(VALUE).await, forbidden, "in no plan");
    let joined = keyed.join().await;
    assert_eq!(joined, json!({"id": keyed.key, "type": "API_KEY", "name": "k", "value": VALUE}));
    assert_eq!(keyed.call(VALUE).await, (200, keyed.key.clone()));
    assert_eq!(keyed.call("another-value-of-twenty-letters").await, forbidden);

    let named = json!({"apiKey": keyed.key});
    keyed.fixture.ok("UpdateApiKey", with(&named, patch("replace", "/enabled", json!("false")))).await;
    assert_eq!(keyed.call(VALUE).await, forbidden, "switched off");
    keyed.fixture.ok("UpdateApiKey", with(&named, patch("replace", "/enabled", json!("true")))).await;
    assert_eq!(keyed.call(VALUE).await.0, 200);

    let stage = json!(format!("{}:dev", keyed.api.id));
    keyed.change_plan("remove", "/apiStages", stage.clone()).await;
    assert_eq!(keyed.call(VALUE).await, forbidden, "the plan has no stage");
    keyed.change_plan("add", "/apiStages", stage).await;
    assert_eq!(keyed.call(VALUE).await.0, 200);

    let member = json!({"usagePlanId": keyed.plan, "keyId": keyed.key});
    keyed.fixture.ok("DeleteUsagePlanKey", member.clone()).await;
    assert_eq!(keyed.call(VALUE).await, forbidden, "out of the plan");
    keyed.join().await;
    keyed.fixture.ok("DeleteApiKey", named).await;
    assert_eq!(keyed.call(VALUE).await, forbidden, "deleted");
    assert!(keyed.fixture.error("GetUsagePlanKey", member).await.starts_with("NotFoundException"));
}

#[tokio::test]
async fn quotas_are_counted_and_can_be_raised() {
    let keyed = keyed(json!({"quota": {"limit": 2, "period": "DAY"}})).await;
    keyed.join().await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
    assert_eq!(keyed.call(VALUE).await.0, 200);
    assert_eq!(keyed.call(VALUE).await, (429, r#"{"message":"Limit Exceeded"}"#.to_owned()));
    let usage = json!({"usagePlanId": keyed.plan, "startDate": "2026-01-01", "endDate": "2026-01-02"});
    let shown = keyed.fixture.ok("GetUsage", usage.clone()).await;
    assert_eq!(shown["items"], json!({&keyed.key: [[0, 2], [2, 0]]}));
    let member = json!({"usagePlanId": keyed.plan, "keyId": keyed.key});
    let shown = keyed.fixture.ok("UpdateUsage", with(&member, patch("replace", "/remaining", json!("1")))).await;
    assert_eq!(shown["items"], json!({&keyed.key: [[2, 1]]}));
    assert_eq!(keyed.call(VALUE).await.0, 200);
    assert_eq!(keyed.call(VALUE).await.0, 429);
    for wrong in [json!({"startDate": "yesterday"}), json!({"endDate": "2025-01-01"}), json!({"endDate": "2026-12-01"})]
    {
        assert!(keyed.fixture.error("GetUsage", with(&usage, wrong)).await.starts_with("BadRequestException"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_remains_is_what_was_set_though_several_set_it_at_once() {
    let keyed = std::sync::Arc::new(keyed(json!({"quota": {"limit": 100, "period": "DAY"}})).await);
    keyed.join().await;
    for remaining in 1..=10 {
        let mut setters = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let keyed = std::sync::Arc::clone(&keyed);
            setters.spawn(async move {
                let member = json!({"usagePlanId": keyed.plan, "keyId": keyed.key});
                let set = patch("replace", "/remaining", json!(remaining.to_string()));
                keyed.fixture.ok("UpdateUsage", with(&member, set)).await
            });
        }
        setters.join_all().await;
        let usage = json!({"usagePlanId": keyed.plan, "startDate": "2026-01-02", "endDate": "2026-01-02"});
        let shown = keyed.fixture.ok("GetUsage", usage).await;
        assert_eq!(shown["items"], json!({&keyed.key: [[0, remaining]]}));
    }
}

#[tokio::test]
async fn counts_outlive_the_process() {
    let keyed = keyed(json!({"quota": {"limit": 1, "period": "MONTH"}})).await;
    keyed.join().await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
    let restarted = Fixture::over(keyed.fixture.store.clone(), 2);
    restarted.service.load().await.unwrap();
    assert_eq!(restarted.get(&keyed.api, "dev", "/", &[("x-api-key", VALUE)]).await.0, 429);
}

#[tokio::test]
async fn throttles_are_set_and_taken_away() {
    let keyed = keyed(json!({"throttle": {"burstLimit": 1, "rateLimit": 1.0}})).await;
    keyed.join().await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
    assert_eq!(keyed.call(VALUE).await, (429, r#"{"message":"Too Many Requests"}"#.to_owned()));
    keyed.change_plan("remove", "/throttle", json!(null)).await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
    let path = format!("/apiStages/{}:dev/throttle/~1/GET/rateLimit", keyed.api.id);
    let plan = keyed.change_plan("replace", &path, json!("0")).await;
    assert_eq!(plan["apiStages"][0]["throttle"], json!({"//GET": {"rateLimit": 0.0}}));
    assert_eq!(keyed.call(VALUE).await.0, 429);
    let path = format!("/apiStages/{}:dev/throttle", keyed.api.id);
    keyed.change_plan("remove", &path, json!(null)).await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
}

#[tokio::test]
async fn other_nodes_learn_of_keys() {
    let keyed = keyed(json!({})).await;
    let other = Fixture::over(keyed.fixture.store.clone(), 2);
    other.service.load().await.unwrap();
    keyed.join().await;
    other.service.catch_up().await.unwrap();
    assert_eq!(other.get(&keyed.api, "dev", "/", &[("x-api-key", VALUE)]).await.0, 200);
    keyed.fixture.ok("DeleteApiKey", json!({"apiKey": keyed.key})).await;
    other.service.catch_up().await.unwrap();
    assert_eq!(other.get(&keyed.api, "dev", "/", &[("x-api-key", VALUE)]).await.0, 403);
}

/// The store keeps the newest events only; whoever missed some reads everything anew.
#[tokio::test]
async fn a_node_that_missed_events_serves_nothing_that_is_gone() {
    let keyed = keyed(json!({})).await;
    keyed.join().await;
    let fixture = &keyed.fixture;
    let other_api = fixture.api().await;
    fixture.mock(&other_api, &other_api.root, "GET", "x").await;
    fixture.deploy(&other_api, "dev").await;
    let other = Fixture::over(fixture.store.clone(), 2);
    other.service.load().await.unwrap();
    assert_eq!(other.get(&keyed.api, "dev", "/", &[("x-api-key", VALUE)]).await.0, 200);
    assert_eq!(other.get(&other_api, "dev", "/", &[]).await.0, 200);
    fixture.ok("DeleteRestApi", json!({"restApiId": other_api.id})).await;
    keyed.change_plan("remove", "/apiStages", json!(format!("{}:dev", keyed.api.id))).await;
    fixture.ok("DeleteUsagePlan", json!({"usagePlanId": keyed.plan})).await;
    other.service.load().await.unwrap();
    assert_eq!(other.get(&other_api, "dev", "/", &[]).await.0, 403, "the API is gone");
    assert_eq!(other.get(&keyed.api, "dev", "/", &[("x-api-key", VALUE)]).await.0, 403, "the plan is gone");
}

#[tokio::test]
async fn keys_are_checked_and_their_values_kept_back() {
    let fixture = Fixture::new();
    let cases = [
        (json!({"name": "n".repeat(1025)}), "Invalid API Key name, can be at most 1024 characters."),
        (json!({"value": "short"}), "API Key value should be at least 20 characters"),
        (json!({"value": "v".repeat(129)}), "API Key value exceeds maximum size of 128 characters"),
        (json!({"description": "d".repeat(1025)}), "Invalid API Key description specified."),
    ];
    for (input, message) in cases {
        assert_eq!(fixture.error("CreateApiKey", input).await, format!("BadRequestException: {message}"));
    }
    let key = fixture.ok("CreateApiKey", json!({"name": "k"})).await;
    assert_eq!((text(&key["value"]).len(), text(&key["id"]).len(), &key["enabled"]), (40, 10, &json!(false)));
    let shown = fixture.ok("GetApiKey", json!({"apiKey": key["id"]})).await;
    assert_eq!(shown.get("value"), None);
    let shown = fixture.ok("GetApiKey", json!({"apiKey": key["id"], "includeValue": true})).await;
    assert_eq!(shown["value"], key["value"]);
    let again = json!({"value": key["value"]});
    assert_eq!(fixture.error("CreateApiKey", again).await, "ConflictException: API Key already exists");
    let all = fixture.ok("GetApiKeys", json!({"nameQuery": "k", "includeValues": true})).await;
    assert_eq!(all["items"][0]["value"], key["value"]);
    assert_eq!(fixture.ok("GetApiKeys", json!({"nameQuery": "x"})).await["items"], json!([]));
    let stored = fixture.store.query("apigateway-account#123456789012/us-east-1", "", None, 10).await.unwrap();
    let value = text(&key["value"]);
    assert!(stored.iter().all(|item| !String::from_utf8_lossy(&item.body).contains(&value)), "sealed in the store");
    fixture.ok("DeleteApiKey", json!({"apiKey": key["id"]})).await;
    fixture.ok("CreateApiKey", json!({"value": key["value"]})).await;
}

#[tokio::test]
async fn plans_are_checked() {
    let keyed = keyed(json!({})).await;
    let fixture = &keyed.fixture;
    let error = fixture
        .error("CreateUsagePlan", json!({"name": "q", "apiStages": [{"apiId": keyed.api.id, "stage": "x"}]}))
        .await;
    let start =
        format!("NotFoundException: Invalid API Stage {{api: {}, stage: x}} specified for usageplan ", keyed.api.id);
    assert!(error.starts_with(&start), "{error}");
    let cases = [
        (json!({"apiStages": [{"apiId": "x"}]}), "Invalid API Stage specified"),
        (
            json!({"quota": {"limit": 1, "period": "DAY", "offset": 1}}),
            "Usage Plan quota offset must be zero in the DAY period",
        ),
        (json!({"quota": {"limit": 1}}), "Usage Plan quota requires a limit and a period"),
        (json!({"throttle": {"burstLimit": -1}}), "Usage Plan throttle limits must not be negative"),
    ];
    for (more, message) in cases {
        let error = fixture.error("CreateUsagePlan", with(&json!({"name": "q"}), more)).await;
        assert_eq!(error, format!("BadRequestException: {message}"));
    }
    let unknown = json!({"usagePlanId": "nope00"});
    assert_eq!(fixture.error("GetUsagePlan", unknown).await, "NotFoundException: Invalid Usage Plan ID specified");
    keyed.join().await;
    let twice = json!({"usagePlanId": keyed.plan, "keyId": keyed.key, "keyType": "API_KEY"});
    assert!(fixture.error("CreateUsagePlanKey", twice.clone()).await.starts_with("ConflictException"));
    let second = json!({"name": "q", "apiStages": [{"apiId": keyed.api.id, "stage": "dev"}]});
    let second = fixture.ok("CreateUsagePlan", second).await;
    let both = with(&twice, json!({"usagePlanId": second["id"]}));
    let error = fixture.error("CreateUsagePlanKey", both).await;
    assert!(error.starts_with("ConflictException: An API Key can be in one Usage Plan only"), "{error}");
    let plans = fixture.ok("GetUsagePlans", json!({"keyId": keyed.key})).await;
    assert_eq!(plans["items"].as_array().unwrap().len(), 1);
    let keys = fixture.ok("GetUsagePlanKeys", json!({"usagePlanId": keyed.plan})).await;
    assert_eq!(keys["items"], json!([{"id": keyed.key, "type": "API_KEY", "name": "k"}]));
    let named = json!({"usagePlanId": keyed.plan});
    assert!(fixture.error("DeleteUsagePlan", named.clone()).await.starts_with("BadRequestException"));
    keyed.change_plan("remove", "/apiStages", json!(format!("{}:dev", keyed.api.id))).await;
    fixture.ok("DeleteUsagePlan", named.clone()).await;
    assert!(fixture.error("GetUsagePlan", named).await.starts_with("NotFoundException"));
}

/// Another change may come between a key's joining and the gateway's learning of it.
#[tokio::test]
async fn the_gateway_learns_of_a_key_as_it_stands_by_now() {
    let keyed = keyed(json!({})).await;
    keyed.join().await;
    let name = format!("123456789012/us-east-1/{}", keyed.plan);
    let (owner, plan) = crate::usage::Owner::parse(&name).unwrap();
    let named = json!({"apiKey": keyed.key});
    keyed.fixture.ok("UpdateApiKey", with(&named, patch("replace", "/enabled", json!("false")))).await;
    keyed.fixture.service.add_key_to_plan(&owner, plan, &keyed.key).await.unwrap();
    assert_eq!(keyed.call(VALUE).await.0, 403, "switched off");
    keyed.fixture.ok("UpdateApiKey", with(&named, patch("replace", "/enabled", json!("true")))).await;
    assert_eq!(keyed.call(VALUE).await.0, 200);
    let member = json!({"usagePlanId": keyed.plan, "keyId": keyed.key});
    keyed.fixture.ok("DeleteUsagePlanKey", member).await;
    keyed.fixture.service.add_key_to_plan(&owner, plan, &keyed.key).await.unwrap();
    assert_eq!(keyed.call(VALUE).await.0, 403, "taken out");
    keyed.join().await;
    keyed.fixture.ok("DeleteApiKey", named).await;
    keyed.fixture.service.add_key_to_plan(&owner, plan, &keyed.key).await.unwrap();
    assert_eq!(keyed.call(VALUE).await.0, 403, "deleted");
}

#[tokio::test]
async fn thirty_two_calls_at_once_use_a_quota_once_each() {
    let keyed = std::sync::Arc::new(keyed(json!({"quota": {"limit": 20, "period": "DAY"}})).await);
    keyed.join().await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let keyed = std::sync::Arc::clone(&keyed);
        calls.spawn(async move { keyed.call(VALUE).await.0 });
    }
    let answers = calls.join_all().await;
    let of = |wanted: u16| answers.iter().filter(|status| **status == wanted).count();
    assert_eq!((of(200), of(429)), (20, 12));
    let usage = json!({"usagePlanId": keyed.plan, "startDate": "2026-01-02", "endDate": "2026-01-02"});
    let shown = keyed.fixture.ok("GetUsage", usage).await;
    assert_eq!(shown["items"], json!({&keyed.key: [[20, 0]]}));
}

#[tokio::test]
async fn a_file_of_keys_is_imported() {
    let keyed = keyed(json!({})).await;
    let csv = format!(
        "Name,key,description,Enabled,usageplanIds\nfirst,first-value-of-twenty-letters,,true,{}\nshort,short,,true,\n",
        keyed.plan
    );
    let body = aws_types::wire::IntoWire::into_wire(aws_types::wire::Blob(csv.into_bytes()));
    let answer = keyed.fixture.ok("ImportApiKeys", json!({"body": body, "format": "csv"})).await;
    assert_eq!(answer["ids"].as_array().unwrap().len(), 1);
    assert_eq!(answer["warnings"], json!(["Row 2: API Key value should be at least 20 characters"]));
    assert_eq!(keyed.call("first-value-of-twenty-letters").await.0, 200);
}

#[tokio::test]
async fn a_key_from_the_authorizer_is_never_taken_from_the_header() {
    let keyed = keyed(json!({})).await;
    keyed.join().await;
    let named = json!({"restApiId": keyed.api.id});
    keyed.fixture.ok("UpdateRestApi", with(&named, patch("replace", "/apiKeySource", json!("AUTHORIZER")))).await;
    keyed.fixture.deploy(&keyed.api, "dev").await;
    assert_eq!(keyed.call(VALUE).await.0, 403);
}

#[tokio::test]
async fn stages_of_a_key_are_kept_and_open_nothing() {
    let keyed = keyed(json!({})).await;
    let stage = format!("{}/dev", keyed.api.id);
    let named = |stage: &str| json!({"stageKeys": [{"restApiId": keyed.api.id, "stageName": stage}], "enabled": true});
    let made = keyed.fixture.ok("CreateApiKey", named("dev")).await;
    assert_eq!(made["stageKeys"], json!([stage]));
    assert_eq!(keyed.call(&text(&made["value"])).await.0, 403);
    let error = keyed.fixture.error("CreateApiKey", named("none")).await;
    assert_eq!(error, "NotFoundException: Invalid stage identifier specified");
    let key = json!({"apiKey": keyed.key});
    let change = async |op: &str, stage: &str| {
        keyed.fixture.ok("UpdateApiKey", with(&key, patch(op, "/stages", json!(stage)))).await
    };
    assert_eq!(change("add", &stage).await["stageKeys"], json!([stage]));
    assert_eq!(change("add", &stage).await["stageKeys"], json!([stage]));
    assert_eq!(change("remove", &stage).await["stageKeys"], json!([]));
    for (stage, expected) in [("x", "BadRequestException"), ("none/dev", "NotFoundException")] {
        let error = keyed.fixture.error("UpdateApiKey", with(&key, patch("add", "/stages", json!(stage)))).await;
        assert!(error.starts_with(expected), "{stage}: {error}");
    }
}

#[tokio::test]
async fn labels_of_a_key_are_kept_within_bounds() {
    let keyed = keyed(json!({})).await;
    let label = |op: &str, text: &str| json!({"op": op, "path": "/labels", "value": text});
    let change = |operations: Vec<Value>| json!({"apiKey": keyed.key, "patchOperations": operations});
    keyed.fixture.ok("UpdateApiKey", change(vec![label("add", "gold"), label("remove", "gold")])).await;
    let long = "x".repeat(1025);
    let error = keyed.fixture.error("UpdateApiKey", change(vec![label("add", &long)])).await;
    assert!(error.starts_with("BadRequestException: A label"), "{error}");
    let error = keyed.fixture.error("UpdateApiKey", change(vec![label("replace", "gold")])).await;
    assert!(error.starts_with("BadRequestException: Invalid patch path"), "{error}");
}
