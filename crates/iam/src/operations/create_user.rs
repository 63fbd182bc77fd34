//! CreateUser.

use model_iam::types::{CreateUserRequest, CreateUserResponse};

use crate::Cx;
use crate::entity::{Grants, ROOT_PATH, User};
use crate::error::{Result, exists};
use crate::ids::{Kind, unique_id};
use crate::principal::create_bounded;
use crate::tags::{Tagged, new_tags};

/// Makes a user.
pub async fn create_user(cx: &Cx<'_>, input: CreateUserRequest) -> Result<CreateUserResponse> {
    let user = User {
        id: unique_id(cx.rng(), Kind::User),
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        created: cx.now_s(),
        boundary: input.permissions_boundary,
        tags: new_tags(User::TAGS, input.tags)?,
        grants: Grants::default(),
        groups: Vec::new(),
        keys: Vec::new(),
        mfa: Vec::new(),
        name: input.user_name,
    };
    let taken = || exists(format_args!("User with name {} already exists.", user.name));
    create_bounded(cx, &user.name, &user, user.boundary.as_deref(), taken).await?;
    Ok(CreateUserResponse { user: Some(user.to_wire()) })
}
