//! Deployments and stages.

use serde_json::json;

use super::fixture::*;

#[tokio::test]
async fn a_deployment_freezes_what_it_found() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let only = json!({"restApiId": api.id, "stageName": "dev"});
    let error = fixture.error("CreateDeployment", only.clone()).await;
    assert_eq!(error, "BadRequestException: The REST API doesn't contain any methods");
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    let error = fixture.error("CreateDeployment", only.clone()).await;
    assert_eq!(error, "BadRequestException: No integration defined for method");
    fixture.mock_integration(&place, "one").await;
    let first = fixture.deploy(&api, "dev").await;
    let two = json!({"statusCode": "200", "responseTemplates": {"application/json": "two"}});
    fixture.ok("PutIntegrationResponse", with(&place, two)).await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.1, "one", "nothing changes before the next deployment");
    let second = fixture.deploy(&api, "dev").await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.1, "two");
    fixture.ok("UpdateStage", with(&only, patch("replace", "/deploymentId", json!(first)))).await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.1, "one", "rolled back");
    let named = |id: &str| json!({"restApiId": api.id, "deploymentId": id});
    let error = fixture.error("DeleteDeployment", named(&first)).await;
    assert_eq!(error, "BadRequestException: Active stages pointing to this deployment must be moved or deleted");
    fixture.ok("DeleteDeployment", named(&second)).await;
    assert_eq!(
        fixture.error("GetDeployment", named(&second)).await,
        "NotFoundException: Invalid Deployment identifier specified"
    );
    let summary = fixture.ok("GetDeployment", with(&named(&first), json!({"embed": ["apisummary"]}))).await;
    assert_eq!(summary["apiSummary"], json!({"/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": false}}}));
    let changed = with(&named(&first), patch("replace", "/description", json!("first")));
    assert_eq!(fixture.ok("UpdateDeployment", changed).await["description"], "first");
    let all = fixture.ok("GetDeployments", json!({"restApiId": api.id})).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn stages_are_made_changed_and_removed() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "$stageVariables.who").await;
    let deployment = fixture.ok("CreateDeployment", json!({"restApiId": api.id})).await;
    let stage = json!({"restApiId": api.id, "stageName": "prod"});
    let input = with(&stage, json!({"deploymentId": deployment["id"], "variables": {"who": "me"}}));
    let shown = fixture.ok("CreateStage", input.clone()).await;
    assert_eq!(shown["cacheClusterEnabled"], false);
    assert_eq!(shown["cacheClusterStatus"], "NOT_AVAILABLE");
    assert_eq!(shown["methodSettings"], json!({}));
    assert_eq!(shown["tracingEnabled"], false);
    assert_eq!(fixture.get(&api, "prod", "/", &[]).await, (200, "me".to_owned()));
    assert_eq!(fixture.error("CreateStage", input.clone()).await, "ConflictException: Stage already exists");
    let cases = [
        (json!({"stageName": "a", "deploymentId": "nope00"}), "BadRequestException: Deployment id does not exist"),
        (json!({"stageName": "a b"}), "BadRequestException: Stage name only allows a-zA-Z0-9_"),
    ];
    for (more, message) in cases {
        assert_eq!(fixture.error("CreateStage", with(&input, more)).await, message);
    }
    for more in [
        json!({"stageName": "a", "variables": {"bad name": "x"}}),
        json!({"stageName": "a", "variables": {"n": "<script>"}}),
    ] {
        let error = fixture.error("CreateStage", with(&input, more.clone())).await;
        assert!(error.starts_with("BadRequestException"), "{more}: {error}");
    }
    fixture.ok("UpdateStage", with(&stage, patch("replace", "/variables/who", json!("you")))).await;
    assert_eq!(fixture.get(&api, "prod", "/", &[]).await.1, "you");
    let of_deployment = json!({"restApiId": api.id, "deploymentId": deployment["id"]});
    assert_eq!(fixture.ok("GetStages", of_deployment).await["item"].as_array().unwrap().len(), 1);
    fixture.ok("FlushStageAuthorizersCache", stage.clone()).await;
    fixture.ok("DeleteStage", stage.clone()).await;
    assert_eq!(fixture.get(&api, "prod", "/", &[]).await.0, 403);
    assert_eq!(fixture.error("GetStage", stage).await, "NotFoundException: Invalid stage identifier specified");
}

#[tokio::test]
async fn a_closed_default_endpoint_answers_no_one() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let named = json!({"restApiId": api.id});
    fixture.ok("UpdateRestApi", with(&named, patch("replace", "/disableExecuteApiEndpoint", json!("true")))).await;
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await, (403, r#"{"message":"Forbidden"}"#.to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_under_way_are_not_disturbed_by_deployments() {
    let fixture = std::sync::Arc::new(Fixture::new());
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "$context.deploymentId").await;
    fixture.deploy(&api, "dev").await;
    let api = std::sync::Arc::new(api);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (fixture, api) = (std::sync::Arc::clone(&fixture), std::sync::Arc::clone(&api));
        callers.spawn(async move {
            for _ in 0..500 {
                let (status, body) = fixture.get(&api, "dev", "/", &[]).await;
                assert_eq!((status, body.len()), (200, 6), "{body}");
                tokio::task::yield_now().await;
            }
        });
    }
    for _ in 0..20 {
        fixture.deploy(&api, "dev").await;
    }
    while let Some(result) = callers.join_next().await {
        result.unwrap();
    }
}

#[tokio::test]
async fn stages_are_bounded() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    let deployment = fixture.ok("CreateDeployment", json!({"restApiId": api.id})).await;
    let stage = |n: usize| json!({"restApiId": api.id, "stageName": format!("s{n}"), "deploymentId": deployment["id"]});
    for n in 0..100 {
        fixture.ok("CreateStage", stage(n)).await;
    }
    assert!(fixture.error("CreateStage", stage(100)).await.starts_with("LimitExceededException"));
    let more = json!({"restApiId": api.id, "stageName": "more"});
    assert!(fixture.error("CreateDeployment", more).await.starts_with("LimitExceededException"));
}

#[tokio::test]
async fn methods_of_a_stage_are_throttled_at_once() {
    let fixture = Fixture::new();
    let api = fixture.api().await;
    let pets = fixture.resource(&api, &api.root, "pets").await;
    fixture.mock(&api, &pets, "GET", "x").await;
    fixture.mock(&api, &api.root, "GET", "x").await;
    fixture.deploy(&api, "dev").await;
    let stage = json!({"restApiId": api.id, "stageName": "dev"});
    let throttle = json!({"patchOperations": [
        {"op": "replace", "path": "/~1pets/GET/throttling/burstLimit", "value": "1"},
        {"op": "replace", "path": "/~1pets/GET/throttling/rateLimit", "value": "0.5"},
        {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "2"},
    ]});
    let shown = fixture.ok("UpdateStage", with(&stage, throttle)).await;
    assert_eq!(shown["methodSettings"]["pets/GET"]["throttlingBurstLimit"], 1);
    assert_eq!(shown["methodSettings"]["pets/GET"]["throttlingRateLimit"], 0.5);
    assert_eq!(shown["methodSettings"]["*/*"]["cacheTtlInSeconds"], 300);
    assert_eq!(fixture.get(&api, "dev", "/pets", &[]).await.0, 200);
    assert_eq!(fixture.get(&api, "dev", "/pets", &[]).await, (429, r#"{"message":"Too Many Requests"}"#.to_owned()));
    for expected in [200, 200, 429] {
        assert_eq!(fixture.get(&api, "dev", "/", &[]).await.0, expected);
    }
    for path in ["/~1pets/GET", "/*/*"] {
        fixture.ok("UpdateStage", with(&stage, patch("remove", path, json!(null)))).await;
    }
    assert_eq!(fixture.get(&api, "dev", "/pets", &[]).await.0, 200);
    let negative = patch("replace", "/*/*/throttling/rateLimit", json!("-2"));
    assert!(fixture.error("UpdateStage", with(&stage, negative)).await.starts_with("BadRequestException"));
}

/// Calls go on while another deployment takes the place of the one they are served from: none fails, none sees a part of
/// each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deploying_does_not_disturb_calls_under_way() {
    let fixture = std::sync::Arc::new(Fixture::new());
    let api = fixture.api().await;
    let templates = json!({"application/json": "{\"statusCode\": 200}"});
    let place = json!({"restApiId": api.id, "resourceId": api.root, "httpMethod": "GET"});
    fixture.ok("PutMethod", with(&place, json!({"authorizationType": "NONE"}))).await;
    fixture.ok("PutMethodResponse", with(&place, json!({"statusCode": "200"}))).await;
    fixture.ok("PutIntegration", with(&place, json!({"type": "MOCK", "requestTemplates": templates}))).await;
    let version = |n: usize| json!({"application/json": format!("{n} $context.deploymentId")});
    fixture
        .ok("PutIntegrationResponse", with(&place, json!({"statusCode": "200", "responseTemplates": version(0)})))
        .await;
    let mut deployments = vec![fixture.deploy(&api, "dev").await];
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (fixture, stop, id) = (fixture.clone(), stop.clone(), api.id.clone());
            world::spawn("caller", async move {
                let mut seen = std::collections::BTreeSet::new();
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    seen.insert(fixture.send("GET", &id, "dev", "/", &[]).await);
                    tokio::task::yield_now().await;
                }
                SEEN.lock().extend(seen);
            })
        })
        .collect();
    for n in 1..=20 {
        let response = json!({"statusCode": "200", "responseTemplates": version(n)});
        fixture.ok("PutIntegrationResponse", with(&place, response)).await;
        deployments.push(fixture.deploy(&api, "dev").await);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    let seen = SEEN.lock().clone();
    assert!(!seen.is_empty());
    for (status, body) in seen {
        let known = deployments.iter().enumerate().any(|(n, id)| body == format!("{n} {id}"));
        assert!(status == 200 && known, "{status} {body}");
    }
    assert_eq!(fixture.get(&api, "dev", "/", &[]).await.1, format!("20 {}", deployments[20]));
}

/// What the callers of the test above saw.
static SEEN: world::Lock<std::collections::BTreeSet<(u16, String)>> =
    world::Lock::new(std::collections::BTreeSet::new());
