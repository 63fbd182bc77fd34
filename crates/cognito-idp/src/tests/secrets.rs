//! Client secrets: made, given, rotated.

use serde_json::{Value, json};

use crate::testing::{World, text};

/// The secrets that work now.
async fn working(world: &World, pool: &str, client: &str) -> Vec<String> {
    let client = world.service.client(pool, client).await.unwrap();
    world.service.client_secrets(&client).unwrap().into_iter().map(aws_types::Secret::into_inner).collect()
}

#[tokio::test]
pub async fn attack_29_both_secrets_work_until_one_is_deleted() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({"GenerateSecret": true})).await;
    let key = json!({"UserPoolId": pool, "ClientId": id});
    let old = working(&world, &pool, &id).await;
    let added = world.ok("AddUserPoolClientSecret", key.clone()).await;
    let new = text(&added, "/ClientSecretDescriptor/ClientSecretValue");
    assert_eq!(working(&world, &pool, &id).await, [old[0].clone(), new.clone()]);

    let listed = world.ok("ListUserPoolClientSecrets", key.clone()).await;
    let listed = listed["ClientSecrets"].as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|secret| secret["ClientSecretValue"] == Value::Null));
    assert_eq!(listed[1]["ClientSecretId"], added["ClientSecretDescriptor"]["ClientSecretId"]);
    assert!(world.refused("AddUserPoolClientSecret", key.clone()).await.starts_with("LimitExceededException: "));

    let mut first = key.clone();
    first["ClientSecretId"] = listed[0]["ClientSecretId"].clone();
    let other_node = World::over(world.store.clone(), crate::testing::config());
    assert_eq!(world.ok("DeleteUserPoolClientSecret", first.clone()).await, json!({}));
    assert_eq!(working(&world, &pool, &id).await, std::slice::from_ref(&new));
    assert_eq!(
        working(&other_node, &pool, &id).await,
        std::slice::from_ref(&new),
        "the old one stops at once on every node"
    );
    assert_eq!(text(&world.ok("DescribeUserPoolClient", key).await, "/UserPoolClient/ClientSecret"), new);
    assert_eq!(
        world.refused("DeleteUserPoolClientSecret", first).await,
        "ResourceNotFoundException: Client secret not found."
    );
}

#[tokio::test]
async fn the_last_secret_stays() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({"GenerateSecret": true})).await;
    let listed = world.ok("ListUserPoolClientSecrets", json!({"UserPoolId": pool, "ClientId": id})).await;
    let last =
        json!({"UserPoolId": pool, "ClientId": id, "ClientSecretId": text(&listed, "/ClientSecrets/0/ClientSecretId")});
    assert_eq!(
        world.refused("DeleteUserPoolClientSecret", last).await,
        "InvalidParameterException: The only secret of an app client cannot be deleted."
    );
}

#[tokio::test]
async fn an_own_secret_is_taken_and_not_repeated() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let own = "a-secret-of-my-own-0123456789".replace('-', "_");
    let made = json!({"UserPoolId": pool, "ClientName": "app", "ClientSecret": own});
    let made = world.ok("CreateUserPoolClient", made).await;
    assert_eq!(made["UserPoolClient"]["ClientSecret"], json!(own));
    let id = text(&made, "/UserPoolClient/ClientId");
    let second = json!({"UserPoolId": pool, "ClientId": id, "ClientSecret": "another_secret_of_mine_0123"});
    let added = world.ok("AddUserPoolClientSecret", second).await;
    assert_eq!(added["ClientSecretDescriptor"]["ClientSecretValue"], Value::Null);
    assert_eq!(working(&world, &pool, &id).await[1], "another_secret_of_mine_0123");
    let both = json!({"UserPoolId": pool, "ClientName": "app", "ClientSecret": own, "GenerateSecret": true});
    assert_eq!(
        world.refused("CreateUserPoolClient", both).await,
        "InvalidParameterException: ClientSecret and GenerateSecret cannot be used together."
    );
}

#[tokio::test]
async fn a_public_client_gets_no_secret_later() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({})).await;
    let refusal = world.refused("AddUserPoolClientSecret", json!({"UserPoolId": pool, "ClientId": id})).await;
    assert_eq!(
        refusal,
        "InvalidParameterException: A secret cannot be added to a client that was created without one."
    );
}

#[tokio::test]
async fn secrets_of_absent_clients_and_pools_do_not_exist() {
    let world = World::new();
    let (pool, other) = (world.pool(json!({})).await, world.pool(json!({})).await);
    let id = world.client(&pool, json!({"GenerateSecret": true})).await;
    for operation in ["AddUserPoolClientSecret", "ListUserPoolClientSecrets", "DeleteUserPoolClientSecret"] {
        for pool in [other.as_str(), "eu-west-1_none"] {
            let refusal =
                world.refused(operation, json!({"UserPoolId": pool, "ClientId": id, "ClientSecretId": "x"})).await;
            assert!(refusal.starts_with("ResourceNotFoundException: "), "{operation}: {refusal}");
        }
    }
    let forged = json!({"UserPoolId": pool, "ClientId": id, "NextToken": "forged"});
    assert!(world.refused("ListUserPoolClientSecrets", forged).await.starts_with("InvalidParameterException: "));
}

#[tokio::test]
async fn secrets_lie_sealed_in_the_store() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    let id = world.client(&pool, json!({"GenerateSecret": true})).await;
    let secret = working(&world, &pool, &id).await.remove(0);
    for item in world.store.query(&crate::table::pool_pk(&pool), "", None, 100).await.unwrap() {
        assert!(!String::from_utf8_lossy(&item.body).contains(&secret), "{}", item.sk);
    }
}
