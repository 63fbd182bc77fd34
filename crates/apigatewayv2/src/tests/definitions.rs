use serde_json::json;
use store::{MasterKey, Store};

use super::fixture::{Calls as _, Fixture, text};

#[tokio::test]
async fn an_http_api_begins_with_awss_defaults() {
    let f = Fixture::new();
    let api = f.ok("CreateApi", json!({ "Name": "pets", "ProtocolType": "HTTP" })).await;
    let id = text(&api, "ApiId");
    assert_eq!(id.len(), 10);
    assert_eq!(api["RouteSelectionExpression"], "$request.method $request.path");
    assert_eq!(api["ApiKeySelectionExpression"], "$request.header.x-api-key");
    assert_eq!(api["DisableExecuteApiEndpoint"], false);
    assert_eq!(api["ApiEndpoint"], format!("http://localhost:4566/_aws/execute-api/{id}"));
    assert_eq!(f.ok("GetApi", json!({ "ApiId": id })).await["Name"], "pets");
}

#[tokio::test]
async fn quick_create_makes_what_serves_a_target_at_once() {
    let f = Fixture::new();
    let input = json!({ "Name": "q", "ProtocolType": "HTTP", "Target": "https://backend.example" });
    let api = text(&f.ok("CreateApi", input).await, "ApiId");
    let routes = f.ok("GetRoutes", json!({ "ApiId": api })).await;
    assert_eq!(routes["Items"][0]["RouteKey"], "$default");
    assert_eq!(routes["Items"][0]["ApiGatewayManaged"], true);
    let integration = &f.ok("GetIntegrations", json!({ "ApiId": api })).await["Items"][0];
    assert_eq!(integration["IntegrationType"], "HTTP_PROXY");
    assert_eq!(integration["PayloadFormatVersion"], "1.0");
    let stage = f.ok("GetStage", json!({ "ApiId": api, "StageName": "$default" })).await;
    assert_eq!(stage["AutoDeploy"], true);
    let deployment = text(&stage, "DeploymentId");
    assert_eq!(
        stage["LastDeploymentStatusMessage"],
        format!("Successfully deployed changes with deployment ID '{deployment}'")
    );
    let served = f.plans.stage(&api, "$default").unwrap();
    assert_eq!(served.plan.deployment.id, deployment);
    let gone =
        f.error("DeleteIntegration", json!({ "ApiId": api, "IntegrationId": integration["IntegrationId"] })).await;
    assert_eq!(gone, "BadRequestException: An integration that quick create made cannot be deleted");
}

#[tokio::test]
async fn a_stage_that_deploys_by_itself_follows_every_change_and_another_waits_for_a_deployment() {
    let f = Fixture::new();
    let api = f.http_api().await;
    f.ok("CreateStage", json!({ "ApiId": api, "StageName": "auto", "AutoDeploy": true })).await;
    f.ok("CreateStage", json!({ "ApiId": api, "StageName": "hand" })).await;
    let failed = f.ok("GetStage", json!({ "ApiId": api, "StageName": "auto" })).await;
    assert_eq!(
        failed["LastDeploymentStatusMessage"],
        "Deployment attempt failed: Unable to deploy API because no routes exist in this API"
    );
    f.route(&api, "GET /pets").await;
    let first = f.plans.stage(&api, "auto").unwrap().plan.deployment.id.clone();
    f.route(&api, "GET /toys").await;
    let second = f.plans.stage(&api, "auto").unwrap().plan.deployment.id.clone();
    assert_ne!(first, second);
    assert!(f.plans.stage(&api, "hand").is_none());
    let deployed = f.ok("CreateDeployment", json!({ "ApiId": api, "StageName": "hand" })).await;
    assert_eq!(deployed["DeploymentStatus"], "DEPLOYED");
    assert_eq!(f.plans.stage(&api, "hand").unwrap().plan.deployment.id, text(&deployed, "DeploymentId"));
    f.ok("DeleteStage", json!({ "ApiId": api, "StageName": "hand" })).await;
    assert!(f.plans.stage(&api, "hand").is_none());
    f.ok("DeleteApi", json!({ "ApiId": api })).await;
    assert!(!f.plans.has_api(&api));
}

#[tokio::test]
async fn another_node_and_the_next_start_serve_the_same() {
    let store = Store::in_memory(MasterKey::from_bytes([7; 32])).unwrap();
    let (one, other) = (Fixture::over(store.clone(), 1), Fixture::over(store.clone(), 2));
    let api = one.http_api().await;
    one.ok("CreateStage", json!({ "ApiId": api, "StageName": "$default", "AutoDeploy": true })).await;
    one.route(&api, "GET /pets").await;
    other.service.catch_up().await.unwrap();
    let id = one.plans.stage(&api, "$default").unwrap().plan.deployment.id.clone();
    assert_eq!(other.plans.stage(&api, "$default").unwrap().plan.deployment.id, id);
    let next = Fixture::over(store, 3);
    next.service.load(aws_types::Timestamp::from_secs(0)).await.unwrap();
    assert_eq!(next.plans.stage(&api, "$default").unwrap().plan.deployment.id, id);
}

#[tokio::test]
async fn an_api_of_another_account_is_not_there() {
    let f = Fixture::new();
    let api = f.http_api().await;
    let stranger = Fixture {
        account: "210987654321",
        service: f.service.clone(),
        plans: f.plans.clone(),
        sockets: f.sockets.clone(),
    };
    let refused = stranger.error("GetApi", json!({ "ApiId": api })).await;
    assert_eq!(refused, format!("NotFoundException: Invalid API identifier specified {api}"));
    assert_eq!(stranger.ok("GetApis", json!({})).await["Items"], json!([]));
}
