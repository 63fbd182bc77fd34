//! DeleteGroup. Its users and policies must be gone before.

use aws_types::AwsError;
use model_iam::types::DeleteGroupRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::Group;
use crate::error::{Result, concurrent, delete_conflict, must_delete_policies, must_detach};
use crate::table::{MEMBERS, index_key};

/// Deletes a group.
pub async fn delete_group(cx: &Cx<'_>, input: DeleteGroupRequest) -> Result<()> {
    retry(cx.store(), || async {
        let group = cx.find::<Group>(&input.group_name).await?;
        let members = cx.store().lookup(MEMBERS, &index_key(cx.account(), &group.id), None, 1).await?;
        if !members.is_empty() {
            return Err(delete_conflict("Cannot delete entity, must remove users from group first."));
        }
        if !group.grants.attached.is_empty() {
            return Err(must_detach());
        }
        if !group.grants.inline.is_empty() {
            return Err(must_delete_policies());
        }
        let mut tx = Tx::new();
        cx.remove(&mut tx, &group);
        cx.commit(tx, &group.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
