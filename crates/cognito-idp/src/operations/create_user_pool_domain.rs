//! CreateUserPoolDomain.
//!
//! Kept and given back without an effect here: ManagedLoginVersion (there is one set of pages), Routing,
//! CustomDomainConfig (the server's TLS settings hold certificates). The parent of an own domain is not looked up.

use model_cognito_idp::types::{CreateUserPoolDomainRequest, CreateUserPoolDomainResponse, UserPoolTierType};
use store::{StoreError, Tx, Versioned, retry};
use world::rng;

use crate::Cx;
use crate::entity::{Domain, UserPool};
use crate::error::{Result, domain_taken, invalid_parameter};
use crate::rules::domain;
use crate::table::{CHANGED, DOMAIN_SK, DOMAINS, POOLS, domain_pk, pool_index};

/// Gives a pool its prefix domain or its own domain: one of each at most.
pub async fn create_user_pool_domain(
    cx: &Cx<'_>,
    input: CreateUserPoolDomainRequest,
) -> Result<CreateUserPoolDomainResponse> {
    let tier = cx.pool(&input.user_pool_id).await?.settings.tier;
    let domain = new_domain(cx, input, tier)?;
    let pool_id = domain.pool_id.as_str();
    let seq = retry(cx.store(), || async {
        let pool = cx.pool(pool_id).await?;
        let pk = domain_pk(&domain.name, domain.prefix_region());
        if DOMAINS.get(cx.store(), &pk, DOMAIN_SK).await?.is_some() {
            return Err(domain_taken());
        }
        Ok(cx.store().commit(addition(cx, &pool, &domain)?).await?.event_seq)
    })
    .await?;
    cx.service.reflect(pool_id, seq).await?;
    Ok(CreateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domain.distribution,
        routing: domain.routing,
    })
}

fn new_domain(cx: &Cx<'_>, input: CreateUserPoolDomainRequest, tier: UserPoolTierType) -> Result<Domain> {
    match &input.custom_domain_config {
        Some(config) => domain::check_custom(&input.domain, config)?,
        None => domain::check_prefix(&input.domain)?,
    }
    let made_up = || format!("d{}.cloudfront.net", rng::pick(cx.service.rng(), rng::LOWER_ALNUM, 13));
    Ok(Domain {
        distribution: input.custom_domain_config.is_some().then(made_up),
        name: input.domain,
        region: cx.call.region.as_str().to_owned(),
        pool_id: input.user_pool_id,
        account: cx.call.account.as_str().to_owned(),
        custom: input.custom_domain_config,
        managed_login_version: domain::managed_login_version(input.managed_login_version, tier)?.unwrap_or(1),
        routing: input.routing,
        version: domain::version(cx.now()),
    })
}

fn addition(cx: &Cx<'_>, pool: &Versioned<UserPool>, domain: &Domain) -> Result<Tx, aws_types::AwsError> {
    let mut changed = pool.value.clone();
    let place = if domain.custom.is_some() { &mut changed.custom_domain } else { &mut changed.domain };
    if place.is_some() {
        return Err(invalid_parameter("User pool already has a domain configured."));
    }
    *place = Some(domain.name.clone());
    changed.modified = cx.now();
    let mut tx = Tx::new();
    POOLS.update(&mut tx, pool, &changed, pool_index(&changed))?;
    let written: Result<(), StoreError> =
        DOMAINS.insert(&mut tx, &domain_pk(&domain.name, domain.prefix_region()), DOMAIN_SK, domain, Vec::new());
    written?;
    tx.event(CHANGED, &pool.id);
    Ok(tx)
}
