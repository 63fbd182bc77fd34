//! UpdateRoleDescription. Older than UpdateRole.

use model_iam::types::{UpdateRoleDescriptionRequest, UpdateRoleDescriptionResponse};

use crate::Cx;
use crate::entity::Role;
use crate::error::Result;

/// Changes a role's description.
pub async fn update_role_description(
    cx: &Cx<'_>,
    input: UpdateRoleDescriptionRequest,
) -> Result<UpdateRoleDescriptionResponse> {
    let update = |role: &mut Role, _: &mut store::Tx| {
        role.description = Some(input.description.clone());
        Ok(())
    };
    let role = cx.change(&input.role_name, update).await?;
    Ok(UpdateRoleDescriptionResponse { role: Some(role.to_created_wire()) })
}
