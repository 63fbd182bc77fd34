//! AdminAddUserToGroup.

use model_cognito_idp::types::AdminAddUserToGroupRequest;
use store::{Expect, StoreError, Tx, retry};

use crate::Cx;
use crate::error::user_does_not_exist;
use crate::error::{Result, limit_or};
use crate::table::group::{
    GROUPS_OF_USER, MAX_GROUPS_PER_USER, MEMBERS, Membership, groups_of_user_counter, member_sk, user_key,
};
use crate::table::{GROUPS, user};

/// Puts a user into a group. One who is in it stays in it.
pub async fn admin_add_user_to_group(cx: &Cx<'_>, input: AdminAddUserToGroupRequest) -> Result<()> {
    retry(cx.store(), || add(cx, &input)).await
}

async fn add(cx: &Cx<'_>, input: &AdminAddUserToGroupRequest) -> Result<()> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = user::by_name(cx.store(), &pool, &input.username).await?.ok_or_else(user_does_not_exist)?;
    let group = cx.group(&pool.id, &input.group_name).await?;
    let sk = member_sk(&group.uid, &user.sub);
    if MEMBERS.get(cx.store(), &pool.pk, &sk).await?.is_some() {
        return Ok(());
    }
    let member = Membership { group: group.name.clone(), group_uid: group.uid.clone(), sub: user.sub.clone() };
    let mut tx = Tx::new();
    GROUPS.require(&mut tx, &group);
    tx.require(&user.pk, &user.sk, Expect::Present);
    let index = vec![(GROUPS_OF_USER, user_key(&pool.id, &user.sub))];
    MEMBERS.insert(&mut tx, &pool.pk, &sk, &member, index)?;
    let most = i64::try_from(MAX_GROUPS_PER_USER).ok();
    tx.add(&groups_of_user_counter(&pool.id, &user.sub), 1, most, None);
    // The model gives this operation no LimitExceededException; AWS's answer is not known.
    let full = |error: StoreError| limit_or(error, "The user has reached the limit of groups.");
    cx.store().commit(tx).await.map_err(full)?;
    Ok(())
}
