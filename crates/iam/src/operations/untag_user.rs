//! UntagUser.

use model_iam::types::UntagUserRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_user(cx: &Cx<'_>, input: UntagUserRequest) -> Result<()> {
    untag::<User>(cx, &input.user_name, &input.tag_keys).await
}
