//! AddLayerVersionPermission.

use model_lambda::types::{AddLayerVersionPermissionRequest, AddLayerVersionPermissionResponse};

use crate::Cx;
use crate::error::Result;
use crate::statement::{Permission, add};

/// Lets others use a layer.
pub async fn add_layer_version_permission(
    cx: &Cx<'_>,
    input: AddLayerVersionPermissionRequest,
) -> Result<AddLayerVersionPermissionResponse> {
    let layer = cx.layer_there(&input.layer_name, input.version_number).await?;
    let permission = Permission {
        sid: input.statement_id,
        action: input.action,
        principal: input.principal,
        organization: input.organization_id,
        ..Permission::default()
    };
    let statement = permission.statement(&layer.arn())?;
    let revision = input.revision_id.as_deref();
    let layer = cx
        .change_layer(&input.layer_name, input.version_number, |permissions| {
            add(permissions, statement.clone(), revision, cx.service.uuid())
        })
        .await?;
    Ok(AddLayerVersionPermissionResponse {
        statement: Some(statement.to_string()),
        revision_id: Some(layer.permissions.revision),
    })
}
