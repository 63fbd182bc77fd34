//! Operations of somebody who is signed in, after the person, their password, or the pool went away.

use aws_types::schema::Operation;
use serde_json::json;

use super::{Shown, built, input, takes};
use crate::auth::tests::{Lab, PASSWORD};

/// Operations that an access token speaks for.
fn of_bearers() -> impl Iterator<Item = &'static Operation> {
    built().filter(|operation| takes(operation, "AccessToken"))
}

async fn code(lab: &Lab, operation: &Operation, access: &str) -> String {
    let mut given = input(operation);
    given["AccessToken"] = json!(access);
    let error = lab.world.call(operation.name, given).await.expect_err(operation.name);
    assert!(error.internal.is_none(), "{}: {error:?}", operation.name);
    error.code.into_owned()
}

/// A made-up token proves nobody, and a deleted user is not found.
pub async fn play(shown: &mut Shown) {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    for operation in of_bearers() {
        shown.insert((operation.name.to_owned(), code(&lab, operation, "made-up").await));
    }
    lab.admin("AdminDeleteUser", "alice", json!({})).await;
    for operation in of_bearers() {
        shown.insert((operation.name.to_owned(), code(&lab, operation, &access).await));
    }
}

#[tokio::test]
async fn a_token_ends_with_the_password_that_was_reset() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.admin("AdminResetUserPassword", "alice", json!({})).await;
    for operation in of_bearers() {
        assert_eq!(code(&lab, operation, &access).await, "NotAuthorizedException", "{}", operation.name);
    }
}

#[tokio::test]
async fn a_token_ends_with_its_client_and_pool() {
    let lab = Lab::new().await;
    lab.user("alice").await;
    let access = lab.sign_in("alice", PASSWORD).await.access;
    lab.ok("DeleteUserPoolClient", json!({ "UserPoolId": lab.pool, "ClientId": lab.client })).await;
    for operation in of_bearers() {
        assert_eq!(code(&lab, operation, &access).await, "NotAuthorizedException", "{}", operation.name);
    }
    lab.ok("DeleteUserPool", json!({ "UserPoolId": lab.pool })).await;
    for operation in of_bearers() {
        assert_eq!(code(&lab, operation, &access).await, "NotAuthorizedException", "{}", operation.name);
    }
}
