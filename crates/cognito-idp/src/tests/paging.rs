//! Attack 150: lists by page, and tokens that are forged, of another query, or of another pool.

use serde_json::{Value, json};

use crate::testing::{World, text};

/// Walks a list two by two; the ids in order.
async fn walk(world: &World, operation: &str, input: Value, limit: &str, list: &str, id: &str) -> Vec<String> {
    let (mut input, mut ids) = (input, Vec::new());
    input[limit] = json!(2);
    loop {
        let page = world.ok(operation, input.clone()).await;
        let items = page[list].as_array().unwrap();
        assert!(items.len() <= 2);
        ids.extend(items.iter().map(|item| text(item, id)));
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return ids,
        }
        assert!(ids.len() < 100, "the list does not end");
    }
}

/// Each list with the names of its members; the pool has five of each.
const LISTS: [(&str, &str, &str, &str); 5] = [
    ("ListUserPools", "MaxResults", "UserPools", "/Id"),
    ("ListUserPoolClients", "MaxResults", "UserPoolClients", "/ClientId"),
    ("ListGroups", "Limit", "Groups", "/GroupName"),
    ("ListResourceServers", "MaxResults", "ResourceServers", "/Identifier"),
    ("AdminListGroupsForUser", "Limit", "Groups", "/GroupName"),
];

async fn world_of_fives() -> (World, String, String) {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    for _ in 0..3 {
        world.pool(json!({})).await;
    }
    let other = world.pool(json!({})).await;
    for pool in [&pool, &other] {
        world
            .ok("AdminCreateUser", json!({"UserPoolId": pool, "Username": "alice", "MessageAction": "SUPPRESS"}))
            .await;
        for i in 0..5 {
            let name = format!("g{i}");
            world.client(pool, json!({})).await;
            world.ok("CreateGroup", json!({"UserPoolId": pool, "GroupName": name})).await;
            world.ok("CreateResourceServer", json!({"UserPoolId": pool, "Identifier": name, "Name": name})).await;
            let member = json!({"UserPoolId": pool, "GroupName": name, "Username": "alice"});
            world.ok("AdminAddUserToGroup", member).await;
        }
    }
    (world, pool, other)
}

#[tokio::test]
async fn every_list_shows_each_thing_once_over_its_pages() {
    let (world, pool, _) = world_of_fives().await;
    for (operation, limit, list, id) in LISTS {
        let input = json!({"UserPoolId": pool, "Username": "alice"});
        let mut ids = walk(&world, operation, input, limit, list, id).await;
        assert!(ids.is_sorted(), "{operation}");
        ids.dedup();
        assert_eq!(ids.len(), 5, "{operation}");
    }
}

#[tokio::test]
async fn users_of_a_group_are_listed_by_page() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.ok("CreateGroup", json!({"UserPoolId": pool, "GroupName": "g"})).await;
    for i in 0..5 {
        let name = format!("user{i}");
        world.ok("AdminCreateUser", json!({"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS"})).await;
        world.ok("AdminAddUserToGroup", json!({"UserPoolId": pool, "GroupName": "g", "Username": name})).await;
    }
    let input = json!({"UserPoolId": pool, "GroupName": "g"});
    let mut names = walk(&world, "ListUsersInGroup", input.clone(), "Limit", "Users", "/Username").await;
    names.sort();
    assert_eq!(names, ["user0", "user1", "user2", "user3", "user4"]);
    let mut forged = input;
    forged["NextToken"] = json!("forged");
    assert_eq!(
        world.refused("ListUsersInGroup", forged).await,
        "InvalidParameterException: Invalid pagination token given."
    );
}

#[tokio::test]
async fn attack_150_tokens_of_another_query_or_pool_are_refused() {
    let (world, pool, other) = world_of_fives().await;
    let mut tokens = Vec::new();
    for (operation, limit, _, _) in LISTS {
        let page = world.ok(operation, json!({"UserPoolId": pool, "Username": "alice", limit: 2})).await;
        tokens.push((operation, text(&page, "/NextToken")));
    }
    for (operation, limit, _, _) in LISTS {
        for (of, token) in &tokens {
            let mut altered = token.clone();
            let last = if altered.pop() == Some('A') { 'B' } else { 'A' };
            altered.insert(altered.len() / 2, last);
            let mut tries = vec![(pool.as_str(), altered)];
            if *of != operation {
                tries.push((pool.as_str(), token.clone()));
            }
            if operation != "ListUserPools" {
                tries.push((other.as_str(), token.clone()));
            }
            tries.push((pool.as_str(), "x' OR 1=1 --".to_owned()));
            for (pool, token) in tries {
                let input = json!({"UserPoolId": pool, "Username": "alice", limit: 2, "NextToken": token});
                assert_eq!(
                    world.refused(operation, input).await,
                    "InvalidParameterException: Invalid pagination token given.",
                    "{operation} with a token of {of}"
                );
            }
        }
    }
    let elsewhere = world.context("us-east-1");
    let foreign = json!({"MaxResults": 2, "NextToken": tokens[0].1});
    assert!(world.call_as(&elsewhere, "ListUserPools", foreign).await.is_err());
}

#[tokio::test]
async fn clients_of_dynamic_registration_are_none() {
    let world = World::new();
    let pool = world.pool(json!({})).await;
    world.client(&pool, json!({})).await;
    let listed = world.ok("ListUserPoolClients", json!({"UserPoolId": pool, "ClientType": "DCR"})).await;
    assert_eq!(listed, json!({"UserPoolClients": []}));
}
