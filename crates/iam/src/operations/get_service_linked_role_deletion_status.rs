//! GetServiceLinkedRoleDeletionStatus. A deletion that was taken is done.

use model_iam::types::{
    DeletionTaskStatusType, GetServiceLinkedRoleDeletionStatusRequest, GetServiceLinkedRoleDeletionStatusResponse,
};

use crate::Cx;
use crate::error::{Result, no_such_entity};
use crate::service_linked::{DELETIONS, deletion_sk};

/// Shows how far a deletion is.
pub async fn get_service_linked_role_deletion_status(
    cx: &Cx<'_>,
    input: GetServiceLinkedRoleDeletionStatusRequest,
) -> Result<GetServiceLinkedRoleDeletionStatusResponse> {
    let found = DELETIONS.get(cx.store(), &cx.pk(), &deletion_sk(&input.deletion_task_id)).await?;
    // own: AWS's sentence is not known.
    let missing = || no_such_entity(format_args!("The deletion task {} cannot be found.", input.deletion_task_id));
    found.filter(|deletion| !deletion.is_expired(cx.call.now)).ok_or_else(missing)?;
    Ok(GetServiceLinkedRoleDeletionStatusResponse { status: Some(DeletionTaskStatusType::Succeeded), reason: None })
}
