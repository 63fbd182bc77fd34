//! DeleteServiceLinkedRole. Nothing here uses such a role in a way that would keep it: it is gone at once.

use aws_types::AwsError;
use model_iam::types::{DeleteServiceLinkedRoleRequest, DeleteServiceLinkedRoleResponse};
use store::{Expect, Tx, retry};
use world::rng;

use crate::Cx;
use crate::entity::Role;
use crate::error::{Result, concurrent, no_such_role};
use crate::service_linked::{DELETIONS, Deletion, KEPT_MS, deletion_sk};
use crate::table::used_sk;

/// Deletes the role of a service.
pub async fn delete_service_linked_role(
    cx: &Cx<'_>,
    input: DeleteServiceLinkedRoleRequest,
) -> Result<DeleteServiceLinkedRoleResponse> {
    let task = retry(cx.store(), || async {
        let role = cx.find::<Role>(&input.role_name).await?;
        let service = role.service.as_deref().ok_or_else(|| no_such_role(&input.role_name))?;
        let task = format!("task/aws-service-role/{service}/{}/{}", role.name, rng::uuid(cx.rng()));
        let mut tx = Tx::new();
        cx.remove(&mut tx, &role);
        tx.delete_raw(cx.pk(), used_sk(&role.id), Expect::Any);
        let (deletion, expires) = (Deletion { at: cx.now_s() }, cx.now_s().plus_ms(KEPT_MS));
        DELETIONS.insert_expiring(&mut tx, &cx.pk(), &deletion_sk(&task), &deletion, Vec::new(), expires)?;
        cx.commit(tx, &role.sk).await.map_err(AwsError::from)?;
        Ok(task)
    })
    .await
    .map_err(concurrent)?;
    Ok(DeleteServiceLinkedRoleResponse { deletion_task_id: Some(task) })
}
