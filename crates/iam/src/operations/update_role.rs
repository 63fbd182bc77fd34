//! UpdateRole.

use model_iam::types::{UpdateRoleRequest, UpdateRoleResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;
use crate::grants::Holder;

/// Changes a role's description and longest session.
pub async fn update_role(cx: &Cx<'_>, input: UpdateRoleRequest) -> Result<UpdateRoleResponse> {
    let update = |role: &mut Role, _: &mut store::Tx| {
        role.may_change()?;
        role.description = input.description.clone().or(role.description.take());
        role.max_session_s = input.max_session_duration.unwrap_or(role.max_session_s);
        Ok(())
    };
    cx.change(&input.role_name, update).await?;
    Ok(UpdateRoleResponse {})
}
