//! DeleteUserPool.

use aws_types::AwsError;
use model_cognito_idp::types::{DeleteUserPoolRequest, DeletionProtectionType};
use store::{Expect, Tx, Versioned, retry};

use crate::Cx;
use crate::entity::UserPool;
use crate::error::{Result, deletion_protected, invalid_parameter, pool_has_domain};
use crate::sweep;
use crate::table::user_import_job::jobs_counter;
use crate::table::{
    CHANGED, KEYS_SK, POOLS, clients_counter, groups_counter, pools_counter, providers_counter,
    resource_servers_counter, users_counter,
};

/// Deletes a pool: first the pool and its keys, by which everything else becomes unreachable, then the rest in batches.
pub async fn delete_user_pool(cx: &Cx<'_>, input: DeleteUserPoolRequest) -> Result<()> {
    let pool_id = input.user_pool_id.as_str();
    let seq = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        check(&pool)?;
        cx.service.refuse_while_importing(pool_id).await?;
        Ok::<_, AwsError>(cx.store().commit(deletion(cx, &pool)?).await?.event_seq)
    })
    .await?;
    cx.service.reflect(pool_id, seq).await?;
    sweep::begin(cx.store(), pool_id, "").await
}

fn check(pool: &UserPool) -> Result<()> {
    if pool.settings.deletion_protection == DeletionProtectionType::Active {
        return Err(deletion_protected());
    }
    if pool.domain.is_some() || pool.custom_domain.is_some() {
        return Err(pool_has_domain());
    }
    if !pool.replicas.is_empty() {
        return Err(invalid_parameter("The user pool cannot be deleted while it has secondary replicas."));
    }
    Ok(())
}

fn deletion(cx: &Cx<'_>, pool: &Versioned<UserPool>) -> Result<Tx> {
    let mut tx = Tx::new();
    POOLS.delete(&mut tx, pool);
    tx.delete_raw(&pool.pk, KEYS_SK, Expect::Any);
    tx.add(&pools_counter(&pool.account, &pool.region), -1, None, None);
    let id = &pool.id;
    for counter in [
        users_counter(id),
        clients_counter(id),
        groups_counter(id),
        resource_servers_counter(id),
        providers_counter(id),
        jobs_counter(id),
    ] {
        // A counter leaves by its expiry.
        tx.add(&counter, 0, None, Some(cx.now()));
    }
    sweep::mark(&mut tx, id, "")?;
    tx.event(CHANGED, id);
    Ok(tx)
}
