//! From one store to another, without the file between.

use serde_json::{Value, json};
use store::{MasterKey, Store};

use super::{Existing, Importer, Line, Outcome};
use crate::auth::tests::{Lab, OTHER, PASSWORD, attributes, tokens};
use crate::testing::{World, config};

async fn exported(lab: &Lab) -> Vec<Line> {
    let service = &lab.world.service;
    let mut lines = vec![service.export_head(&lab.pool).await.unwrap()];
    let groups = service.export_groups(&lab.pool, None).await.unwrap();
    assert!(groups.next.is_none());
    lines.extend(groups.lines);
    let mut after = None;
    loop {
        let page = service.export_users(&lab.pool, after.as_deref()).await.unwrap();
        lines.extend(page.lines);
        after = page.next;
        if after.is_none() {
            return lines;
        }
    }
}

async fn imported(lab: &Lab, lines: &[Line], existing: Existing) -> Vec<Outcome> {
    let (head, rest) = lines.split_first().unwrap();
    let mut importer = Importer::begin(&lab.world.service, &lab.pool, head, existing).await.unwrap();
    importer.take(rest).await.unwrap().into_iter().map(|(_, outcome)| outcome).collect()
}

/// A lab on another server, whose master key is another one.
async fn elsewhere(pool: Value) -> Lab {
    let world = World::over(Store::in_memory(MasterKey::from_bytes([8; 32])).unwrap(), config());
    // The dice of all worlds fall alike: the first pool would have the other server's id.
    world.pool(json!({})).await;
    let pool = world.pool(pool).await;
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let client = world.client(&pool, flows).await;
    Lab { world, pool, client }
}

#[tokio::test]
async fn users_are_the_same_elsewhere_but_for_what_was_issued() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.sign_up("bob").await;
    lab.ok("CreateGroup", json!({ "UserPoolId": lab.pool, "GroupName": "keepers" })).await;
    lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": "keepers" })).await;
    lab.admin("AdminDisableUser", "bob", json!({})).await;
    let other = elsewhere(json!({})).await;
    let outcomes = imported(&other, &exported(&lab).await, Existing::Fail).await;
    assert_eq!(outcomes, [Outcome::Made, Outcome::Made, Outcome::Made]);
    for name in ["alice", "bob"] {
        let (before, after) =
            (lab.admin("AdminGetUser", name, json!({})).await, other.admin("AdminGetUser", name, json!({})).await);
        assert_eq!(attributes(&before), attributes(&after));
        assert_eq!((&before["UserStatus"], &before["Enabled"]), (&after["UserStatus"], &after["Enabled"]));
        assert_eq!(before["UserCreateDate"], after["UserCreateDate"]);
    }
    other.sign_in("alice", PASSWORD).await;
    assert_eq!(other.sign_in_refused("alice", OTHER).await, "NotAuthorizedException: Incorrect username or password.");
    let members = json!({ "UserPoolId": other.pool, "GroupName": "keepers" });
    assert_eq!(other.ok("ListUsersInGroup", members).await["Users"][0]["Username"], "alice");
    other.ok("ForgotPassword", other.about("alice", json!({}))).await;
}

#[tokio::test]
async fn attack_156_a_user_who_comes_back_brings_no_token_back() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let before = lab.sign_in("alice", PASSWORD).await;
    let lines = exported(&lab).await;
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    assert_eq!(imported(&lab, &lines, Existing::Skip).await, [Outcome::Made]);
    lab.sign_in("alice", PASSWORD).await;
    assert!(lab.get_user_refused(&before.access).await.starts_with("NotAuthorizedException"));
    assert!(lab.refresh_refused(&before.refresh).await.starts_with("NotAuthorizedException"));
}

#[tokio::test]
async fn existing_users_are_kept_refused_or_replaced() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.ok("CreateGroup", json!({ "UserPoolId": lab.pool, "GroupName": "keepers" })).await;
    lab.admin("AdminAddUserToGroup", "alice", json!({ "GroupName": "keepers" })).await;
    let lines = exported(&lab).await;
    lab.admin("AdminSetUserPassword", "alice", json!({ "Password": OTHER, "Permanent": true })).await;
    let newer = lab.sign_in("alice", OTHER).await;
    let refused = Outcome::Refused("the user exists".to_owned());
    assert_eq!(imported(&lab, &lines, Existing::Fail).await, [Outcome::Skipped, refused]);
    let importer = Importer::begin(&lab.world.service, &lab.pool, &lines[0], Existing::Fail).await.unwrap();
    assert_eq!(importer.check(&lines[2]).await.unwrap().as_deref(), Some("user \"alice\" exists"));
    assert_eq!(imported(&lab, &lines, Existing::Skip).await, [Outcome::Skipped, Outcome::Skipped]);
    lab.get_user(&newer.access).await;
    for _ in 0..3 {
        assert_eq!(imported(&lab, &lines, Existing::Replace).await, [Outcome::Skipped, Outcome::Replaced]);
        lab.sign_in("alice", PASSWORD).await;
    }
    assert!(lab.get_user_refused(&newer.access).await.starts_with("NotAuthorizedException"));
    let listed = lab.ok("DescribeUserPool", json!({ "UserPoolId": lab.pool })).await;
    assert_eq!(listed["UserPool"]["EstimatedNumberOfUsers"], 1);
    let groups = lab.admin("AdminListGroupsForUser", "alice", json!({})).await;
    assert_eq!(groups["Groups"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_belongs_to_others_is_not_taken() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    lab.user("bob").await;
    lab.admin("AdminUpdateUserAttributes", "bob", email("alice@example.com")).await;
    let aliases = elsewhere(json!({ "AliasAttributes": ["email"] })).await;
    let outcomes = imported(&aliases, &exported(&lab).await, Existing::Fail).await;
    let taken = Outcome::Refused("another line took one of the names".to_owned());
    assert_eq!(outcomes, [Outcome::Made, taken], "both had one address: the batch is tried one by one");
    aliases.sign_in("alice@example.com", PASSWORD).await;
    aliases.user("carol").await;
    aliases.admin("AdminUpdateUserAttributes", "alice", email("else@example.com")).await;
    aliases.admin("AdminUpdateUserAttributes", "carol", email("alice@example.com")).await;
    let held = Outcome::Refused("another user signs in with this email".to_owned());
    let outcomes = imported(&aliases, &exported(&lab).await, Existing::Replace).await;
    assert_eq!(outcomes, [held.clone(), held]);
}

fn email(address: &str) -> Value {
    json!({ "UserAttributes": [{ "Name": "email", "Value": address }, { "Name": "email_verified", "Value": "true" }] })
}

#[tokio::test]
async fn a_pool_that_names_its_users_otherwise_takes_none() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let lines = exported(&lab).await;
    let other = elsewhere(json!({ "UsernameAttributes": ["email"] })).await;
    let begun = Importer::begin(&other.world.service, &other.pool, &lines[0], Existing::Skip).await;
    assert!(begun.unwrap_err().to_string().contains("UsernameAttributes"));
    let newer = lines[0].replace("\"format\":1", "\"format\":2");
    let begun = Importer::begin(&lab.world.service, &lab.pool, &newer, Existing::Skip).await;
    assert_eq!(begun.unwrap_err().to_string(), "InvalidParameterException: The export is of format 2.");
    let importer = Importer::begin(&lab.world.service, &lab.pool, &lines[0], Existing::Skip).await.unwrap();
    assert!(importer.check("{}").await.unwrap().is_some());
    assert!(importer.check(&lines[0]).await.unwrap().is_some());
}

#[tokio::test]
async fn more_users_than_a_page_are_all_there() {
    let lab = Lab::new().await;
    for number in 0..205 {
        let name = format!("user-{number:03}");
        lab.admin("AdminCreateUser", &name, json!({ "MessageAction": "SUPPRESS" })).await;
    }
    let lines = exported(&lab).await;
    assert_eq!(lines.len(), 206);
    let other = elsewhere(json!({})).await;
    let outcomes = imported(&other, &lines, Existing::Fail).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Made));
    let temporary = other.refused("InitiateAuth", other.login("user-000", "wrong")).await;
    assert_eq!(temporary, "NotAuthorizedException: Incorrect username or password.");
}

#[tokio::test]
async fn a_verifier_of_the_same_pool_is_kept_and_another_pools_is_made_anew() {
    let lab = Lab::with(
        json!({}),
        json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] }),
    )
    .await;
    lab.user("alice").await;
    let lines = exported(&lab).await;
    let has_verifier = async |lab: &Lab| {
        let pool = lab.world.service.any_pool(&lab.pool).await.unwrap();
        let user = crate::table::user::by_username(&lab.world.store, &pool, "alice").await.unwrap().unwrap();
        lab.world.service.srp_bytes(&pool, &user).unwrap().is_some()
    };
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    imported(&lab, &lines, Existing::Fail).await;
    assert!(has_verifier(&lab).await);
    let other = elsewhere(json!({})).await;
    imported(&other, &lines, Existing::Fail).await;
    assert!(!has_verifier(&other).await, "it is made of the pool's name");
    tokens(&other.ok("InitiateAuth", other.login("alice", PASSWORD)).await);
    assert!(has_verifier(&other).await);
}
