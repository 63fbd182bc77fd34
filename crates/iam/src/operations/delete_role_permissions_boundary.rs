//! DeleteRolePermissionsBoundary.

use model_iam::types::DeleteRolePermissionsBoundaryRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::delete_boundary;

/// Takes a role's boundary away.
pub async fn delete_role_permissions_boundary(cx: &Cx<'_>, input: DeleteRolePermissionsBoundaryRequest) -> Result<()> {
    delete_boundary::<Role>(cx, &input.role_name).await
}
