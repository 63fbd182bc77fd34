//! GetUser. Without a name: the user whose key signed, or the account's root.

use model_iam::types::{self as wire, GetUserRequest, GetUserResponse};

use crate::Cx;
use crate::entity::{Owner, User};
use crate::error::Result;

/// Shows a user.
pub async fn get_user(cx: &Cx<'_>, input: GetUserRequest) -> Result<GetUserResponse> {
    let user = match cx.owner(input.user_name)? {
        Owner::User(name) => cx.find::<User>(&name).await?.to_wire(),
        Owner::Root => root(cx),
    };
    Ok(GetUserResponse { user: Some(user) })
}

/// The root has neither name nor path.
fn root(cx: &Cx<'_>) -> wire::User {
    wire::User {
        user_id: Some(cx.account().to_owned()),
        arn: Some(format!("arn:aws:iam::{}:root", cx.account())),
        create_date: Some(aws_types::Timestamp::from_secs(0)),
        ..wire::User::default()
    }
}
