//! CreateGroup. RoleArn is kept and told in tokens; the role itself is not looked up.

use model_cognito_idp::types::{CreateGroupRequest, CreateGroupResponse};
use store::{StoreError, Tx};
use world::rng;

use crate::Cx;
use crate::entity::Group;
use crate::error::{Result, group_exists, limit_or};
use crate::table::{GROUPS, POOLS, group_sk, groups_counter};

/// Groups of a pool.
pub(crate) const MAX_GROUPS: i64 = 10_000;

/// Makes a group.
pub async fn create_group(cx: &Cx<'_>, input: CreateGroupRequest) -> Result<CreateGroupResponse> {
    let group = Group {
        name: input.group_name,
        uid: rng::uuid(cx.service.rng()),
        pool_id: input.user_pool_id,
        description: input.description,
        role_arn: input.role_arn,
        precedence: input.precedence,
        created: cx.now(),
        modified: cx.now(),
    };
    store::retry(cx.store(), || add(cx, &group)).await?;
    Ok(CreateGroupResponse { group: Some(group.to_wire()) })
}

async fn add(cx: &Cx<'_>, group: &Group) -> Result<()> {
    let pool = cx.pool(&group.pool_id).await?;
    if GROUPS.get(cx.store(), &pool.pk, &group_sk(&group.name)).await?.is_some() {
        return Err(group_exists());
    }
    let mut tx = Tx::new();
    POOLS.require(&mut tx, &pool);
    GROUPS.insert(&mut tx, &pool.pk, &group_sk(&group.name), group, Vec::new())?;
    tx.add(&groups_counter(&group.pool_id), 1, Some(MAX_GROUPS), None);
    let full = |error: StoreError| limit_or(error, "The user pool has reached its limit of groups.");
    cx.store().commit(tx).await.map_err(full)?;
    Ok(())
}
