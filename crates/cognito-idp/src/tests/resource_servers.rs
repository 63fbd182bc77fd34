//! Resource servers and the scopes they define.

use serde_json::{Value, json};

use crate::testing::World;

fn server(pool: &str, scopes: &[&str]) -> Value {
    let scopes: Vec<_> = scopes.iter().map(|name| json!({"ScopeName": name, "ScopeDescription": "d"})).collect();
    json!({"UserPoolId": pool, "Identifier": "https://dragons.example", "Name": "dragons", "Scopes": scopes})
}

#[tokio::test]
async fn a_resource_server_is_made_shown_changed_and_deleted() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let key = json!({"UserPoolId": pool, "Identifier": "https://dragons.example"});
    let made = world.ok("CreateResourceServer", server(&pool, &["read", "write"])).await;
    assert_eq!(made["ResourceServer"], server(&pool, &["read", "write"]));
    assert_eq!(world.ok("DescribeResourceServer", key.clone()).await, made);
    assert_eq!(
        world.refused("CreateResourceServer", server(&pool, &[])).await,
        format!("InvalidParameterException: https://dragons.example already exists in user pool {pool}.")
    );
    let changed = world.ok("UpdateResourceServer", server(&pool, &["read"])).await;
    assert_eq!(changed["ResourceServer"], server(&pool, &["read"]));
    let listed = world.ok("ListResourceServers", json!({"UserPoolId": pool})).await;
    assert_eq!(listed, json!({"ResourceServers": [server(&pool, &["read"])]}));
    assert_eq!(world.ok("DeleteResourceServer", key.clone()).await, json!({}));
    for operation in ["DescribeResourceServer", "UpdateResourceServer", "DeleteResourceServer"] {
        assert_eq!(
            world.refused(operation, server(&pool, &[])).await,
            "ResourceNotFoundException: Resource server https://dragons.example does not exist.",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn a_scope_stands_once_in_its_server() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let refusal = "InvalidParameterException: The scope read is given twice.";
    assert_eq!(world.refused("CreateResourceServer", server(&pool, &["read", "read"])).await, refusal);
    world.ok("CreateResourceServer", server(&pool, &["read"])).await;
    assert_eq!(world.refused("UpdateResourceServer", server(&pool, &["read", "read"])).await, refusal);
}

#[tokio::test]
async fn attack_149_servers_of_another_or_absent_pool_do_not_exist() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    world.ok("CreateResourceServer", server(&pool, &["read"])).await;
    for operation in ["DescribeResourceServer", "UpdateResourceServer", "DeleteResourceServer"] {
        assert!(world.refused(operation, server(&other, &[])).await.starts_with("ResourceNotFoundException: Resource"));
    }
    for operation in [
        "CreateResourceServer",
        "DescribeResourceServer",
        "UpdateResourceServer",
        "DeleteResourceServer",
        "ListResourceServers",
    ] {
        let refusal = world.refused(operation, server("eu-west-1_none", &[])).await;
        assert_eq!(refusal, "ResourceNotFoundException: User pool eu-west-1_none does not exist.", "{operation}");
    }
}

#[tokio::test]
async fn clients_may_name_only_scopes_that_exist() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let client = json!({"UserPoolId": pool, "ClientName": "m2m", "GenerateSecret": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthScopes": ["https://dragons.example/read"]});
    let refusal = world.refused("CreateUserPoolClient", client.clone()).await;
    assert!(refusal.starts_with("ScopeDoesNotExistException: "), "{refusal}");
    world.ok("CreateResourceServer", server(&pool, &["read"])).await;
    world.ok("CreateUserPoolClient", client).await;
}

#[tokio::test]
pub async fn a_pool_has_at_most_twenty_five_servers() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for i in 0..25 {
        let input = json!({"UserPoolId": pool, "Identifier": format!("s{i}"), "Name": "s"});
        world.ok("CreateResourceServer", input).await;
    }
    let refusal = world.refused("CreateResourceServer", server(&pool, &[])).await;
    assert!(refusal.starts_with("LimitExceededException: "), "{refusal}");
    world.ok("DeleteResourceServer", json!({"UserPoolId": pool, "Identifier": "s0"})).await;
    world.ok("CreateResourceServer", server(&pool, &[])).await;
}
