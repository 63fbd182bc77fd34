//! DeleteGroup.

use model_cognito_idp::types::DeleteGroupRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::Result;
use crate::sweep;
use crate::table::group::members_prefix;
use crate::table::{GROUPS, groups_counter};

/// Deletes a group. Its users are in it no more from then on; what is left of their memberships is swept.
pub async fn delete_group(cx: &Cx<'_>, input: DeleteGroupRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    let uid = retry(cx.store(), || async {
        cx.pool(pool_id).await?;
        let group = cx.group(pool_id, &input.group_name).await?;
        let mut tx = Tx::new();
        GROUPS.delete(&mut tx, &group);
        tx.add(&groups_counter(pool_id), -1, None, None);
        sweep::mark(&mut tx, pool_id, &members_prefix(&group.uid))?;
        cx.store().commit(tx).await?;
        Ok::<_, aws_types::AwsError>(group.value.uid)
    })
    .await?;
    sweep::begin(cx.store(), pool_id, &members_prefix(&uid)).await
}
