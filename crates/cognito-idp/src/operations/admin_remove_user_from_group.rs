//! AdminRemoveUserFromGroup.

use model_cognito_idp::types::AdminRemoveUserFromGroupRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::Result;
use crate::error::user_does_not_exist;
use crate::table::group::{MEMBERS, groups_of_user_counter, member_sk};
use crate::table::user;

/// Takes a user out of a group. One who is not in it is no error.
pub async fn admin_remove_user_from_group(cx: &Cx<'_>, input: AdminRemoveUserFromGroupRequest) -> Result<()> {
    retry(cx.store(), || remove(cx, &input)).await
}

async fn remove(cx: &Cx<'_>, input: &AdminRemoveUserFromGroupRequest) -> Result<()> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = user::by_name(cx.store(), &pool, &input.username).await?.ok_or_else(user_does_not_exist)?;
    let group = cx.group(&pool.id, &input.group_name).await?;
    let found = MEMBERS.get(cx.store(), &pool.pk, &member_sk(&group.uid, &user.sub)).await?;
    let Some(member) = found else { return Ok(()) };
    let mut tx = Tx::new();
    MEMBERS.delete(&mut tx, &member);
    tx.add(&groups_of_user_counter(&pool.id, &user.sub), -1, None, None);
    cx.store().commit(tx).await?;
    Ok(())
}
