//! RemoveLayerVersionPermission.

use model_lambda::types::RemoveLayerVersionPermissionRequest;

use crate::Cx;
use crate::error::Result;
use crate::statement::remove;

/// Takes a permission away.
pub async fn remove_layer_version_permission(cx: &Cx<'_>, input: RemoveLayerVersionPermissionRequest) -> Result<()> {
    let (sid, revision) = (&input.statement_id, input.revision_id.as_deref());
    let take = |permissions: &mut _| remove(permissions, sid, revision, cx.service.uuid());
    cx.change_layer(&input.layer_name, input.version_number, take).await.map(drop)
}
