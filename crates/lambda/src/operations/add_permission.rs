//! AddPermission.

use model_lambda::types::{AddPermissionRequest, AddPermissionResponse, FunctionUrlAuthType};

use crate::Cx;
use crate::error::Result;
use crate::statement::{Permission, add};

/// Lets somebody do something with a function, version or alias.
pub async fn add_permission(cx: &Cx<'_>, input: AddPermissionRequest) -> Result<AddPermissionResponse> {
    let reference = cx.permitted(&input.function_name, input.qualifier.as_deref()).await?;
    let permission = Permission {
        sid: input.statement_id,
        action: input.action,
        principal: input.principal,
        source_arn: input.source_arn,
        source_account: input.source_account,
        event_source_token: input.event_source_token,
        organization: input.principal_org_id,
        url_auth_type: input.function_url_auth_type.map(FunctionUrlAuthType::as_str),
        via_url: input.invoked_via_function_url,
    };
    let statement = permission.statement(&reference.arn())?;
    let revision = input.revision_id.as_deref();
    cx.change_policy(&reference, |permissions| add(permissions, statement.clone(), revision, cx.service.uuid()))
        .await?;
    Ok(AddPermissionResponse { statement: Some(statement.to_string()) })
}
