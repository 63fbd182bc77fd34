//! PutRolePermissionsBoundary.

use model_iam::types::PutRolePermissionsBoundaryRequest;

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::put_boundary;

/// Sets the most that a role's policies can give.
pub async fn put_role_permissions_boundary(cx: &Cx<'_>, input: PutRolePermissionsBoundaryRequest) -> Result<()> {
    put_boundary::<Role>(cx, &input.role_name, &input.permissions_boundary).await
}
