//! DeleteUserPoolDomain.

use model_cognito_idp::types::{DeleteUserPoolDomainRequest, DeleteUserPoolDomainResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent, domain_not_found};
use crate::table::{CHANGED, DOMAINS, POOLS, pool_index};

/// Takes a pool's domain away: its pages and OAuth endpoints end at once.
pub async fn delete_user_pool_domain(
    cx: &Cx<'_>,
    input: DeleteUserPoolDomainRequest,
) -> Result<DeleteUserPoolDomainResponse> {
    let pool_id = input.user_pool_id.as_str();
    let seq = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        let domain = cx.find_domain(&input.domain).await?.filter(|domain| domain.pool_id == pool_id);
        let domain = domain.ok_or_else(domain_not_found)?;
        let mut changed = pool.value.clone();
        let place = if domain.custom.is_some() { &mut changed.custom_domain } else { &mut changed.domain };
        *place = None;
        changed.modified = cx.now();
        let mut tx = Tx::new();
        DOMAINS.delete(&mut tx, &domain);
        POOLS.update(&mut tx, &pool, &changed, pool_index(&changed))?;
        tx.event(CHANGED, pool_id);
        Ok(cx.store().commit(tx).await?.event_seq)
    })
    .await
    .map_err(concurrent)?;
    cx.service.reflect(pool_id, seq).await?;
    Ok(DeleteUserPoolDomainResponse {})
}
