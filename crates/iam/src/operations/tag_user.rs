//! TagUser.

use model_iam::types::TagUserRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_user(cx: &Cx<'_>, input: TagUserRequest) -> Result<()> {
    tag::<User>(cx, &input.user_name, input.tags).await
}
