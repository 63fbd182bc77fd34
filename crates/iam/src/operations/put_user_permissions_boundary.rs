//! PutUserPermissionsBoundary.

use model_iam::types::PutUserPermissionsBoundaryRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::put_boundary;

/// Sets the most that a user's policies can give.
pub async fn put_user_permissions_boundary(cx: &Cx<'_>, input: PutUserPermissionsBoundaryRequest) -> Result<()> {
    put_boundary::<User>(cx, &input.user_name, &input.permissions_boundary).await
}
