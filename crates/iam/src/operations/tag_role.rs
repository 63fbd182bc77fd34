//! TagRole.

use model_iam::types::TagRoleRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_role(cx: &Cx<'_>, input: TagRoleRequest) -> Result<()> {
    tag::<Role>(cx, &input.role_name, input.tags).await
}
