//! DeleteUserPermissionsBoundary.

use model_iam::types::DeleteUserPermissionsBoundaryRequest;

use crate::Cx;
use crate::entity::User;
use crate::error::Result;
use crate::grants::delete_boundary;

/// Takes a user's boundary away.
pub async fn delete_user_permissions_boundary(cx: &Cx<'_>, input: DeleteUserPermissionsBoundaryRequest) -> Result<()> {
    delete_boundary::<User>(cx, &input.user_name).await
}
