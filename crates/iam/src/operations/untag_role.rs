//! UntagRole.

use model_iam::types::UntagRoleRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_role(cx: &Cx<'_>, input: UntagRoleRequest) -> Result<()> {
    untag::<Role>(cx, &input.role_name, &input.tag_keys).await
}
