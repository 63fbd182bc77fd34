//! RemovePermission.

use model_lambda::types::RemovePermissionRequest;

use crate::Cx;
use crate::error::Result;
use crate::statement::remove;

/// Takes a permission away.
pub async fn remove_permission(cx: &Cx<'_>, input: RemovePermissionRequest) -> Result<()> {
    let reference = cx.reference(&input.function_name, input.qualifier.as_deref())?;
    cx.check_qualifier(&reference).await?;
    cx.permissions(&reference).await?;
    let (sid, revision) = (&input.statement_id, input.revision_id.as_deref());
    cx.change_policy(&reference, |permissions| remove(permissions, sid, revision, cx.service.uuid())).await
}
