//! GetRole.

use model_iam::types::{GetRoleRequest, GetRoleResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;

/// Shows a role.
pub async fn get_role(cx: &Cx<'_>, input: GetRoleRequest) -> Result<GetRoleResponse> {
    let role = cx.find::<Role>(&input.role_name).await?;
    let used = cx.last_used(&role.id).await?;
    Ok(GetRoleResponse { role: Some(role.to_wire(used.as_ref())) })
}
