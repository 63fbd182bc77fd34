//! DeleteRole. What hangs on the role must be gone before; its sessions end with it.

use aws_types::AwsError;
use model_iam::types::DeleteRoleRequest;
use store::{Expect, Tx, retry};

use crate::Cx;
use crate::entity::Role;
use crate::error::{Result, concurrent, delete_conflict, must_delete_policies, must_detach};
use crate::grants::Holder;
use crate::table::{PROFILES_OF_ROLE, boundary_counter, index_key, used_sk};

/// Deletes a role.
pub async fn delete_role(cx: &Cx<'_>, input: DeleteRoleRequest) -> Result<()> {
    retry(cx.store(), || async {
        let role = cx.find::<Role>(&input.role_name).await?;
        role.may_change()?;
        check(cx, &role).await?;
        let mut tx = Tx::new();
        cx.remove(&mut tx, &role);
        tx.delete_raw(cx.pk(), used_sk(&role.id), Expect::Any);
        if let Some(arn) = &role.boundary {
            tx.add(&boundary_counter(cx.account(), arn), -1, None, None);
        }
        cx.commit(tx, &role.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}

async fn check(cx: &Cx<'_>, role: &Role) -> Result<()> {
    let key = index_key(cx.account(), &role.name.to_ascii_lowercase());
    if !cx.store().lookup(PROFILES_OF_ROLE, &key, None, 1).await?.is_empty() {
        return Err(delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
    }
    if !role.grants.attached.is_empty() {
        return Err(must_detach());
    }
    if !role.grants.inline.is_empty() {
        return Err(must_delete_policies());
    }
    Ok(())
}
