//! UpdateUserPoolDomain. Absent members stay as they are.

use model_cognito_idp::types::{UpdateUserPoolDomainRequest, UpdateUserPoolDomainResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, concurrent, domain_not_found, invalid_parameter};
use crate::rules::domain as rules;
use crate::table::{CHANGED, DOMAINS};

/// Changes the certificate of an own domain, or the version of the pages.
pub async fn update_user_pool_domain(
    cx: &Cx<'_>,
    input: UpdateUserPoolDomainRequest,
) -> Result<UpdateUserPoolDomainResponse> {
    let tier = cx.pool(&input.user_pool_id).await?.settings.tier;
    let version = rules::managed_login_version(input.managed_login_version, tier)?;
    let (changed, seq) = retry(cx.store(), || async {
        let current = cx.find_domain(&input.domain).await?.filter(|domain| domain.pool_id == input.user_pool_id);
        let current = current.ok_or_else(domain_not_found)?;
        let mut changed = current.value.clone();
        if let Some(config) = &input.custom_domain_config {
            if changed.custom.is_none() {
                return Err(invalid_parameter("CustomDomainConfig does not apply to a prefix domain."));
            }
            rules::check_custom(&changed.name, config)?;
            changed.custom = Some(config.clone());
        }
        changed.managed_login_version = version.unwrap_or(changed.managed_login_version);
        changed.routing = input.routing.clone().or(changed.routing);
        changed.version = rules::version(cx.now());
        let mut tx = Tx::new();
        DOMAINS.update(&mut tx, &current, &changed, Vec::new())?;
        tx.event(CHANGED, &input.user_pool_id);
        let committed = cx.store().commit(tx).await?;
        Ok((changed, committed.event_seq))
    })
    .await
    .map_err(concurrent)?;
    cx.service.reflect(&input.user_pool_id, seq).await?;
    Ok(UpdateUserPoolDomainResponse {
        managed_login_version: Some(changed.managed_login_version),
        cloud_front_domain: changed.distribution,
        routing: changed.routing,
    })
}
