//! DeleteDomainName.

use model_apigateway::DeleteDomainNameRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::domain::{mapping_sk, rule_sk};
use crate::entity::AccessAssociation;
use crate::error::{Result, stored};
use crate::table::{ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS, DOMAIN_CHANGED, DOMAIN_NAMES, DOMAINS_BY_NAME, part_sk};
use crate::usage::all;

/// Removes a domain name with its mappings and associations; it stops at once.
pub async fn delete_domain_name(cx: &Cx<'_>, input: DeleteDomainNameRequest) -> Result<()> {
    let key = retry(cx.store(), || delete(cx, &input)).await?;
    cx.service.refresh_domain(&cx.owner(), &key).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteDomainNameRequest) -> Result<String> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    let (owner, key) = (cx.owner(), domain.key());
    let mut tx = Tx::new();
    DOMAIN_NAMES.delete(&mut tx, &domain);
    if !domain.is_private() {
        tx.release(DOMAINS_BY_NAME, &domain.name, domain.pk.clone(), domain.sk.clone());
    }
    for mapping in cx.mappings(&domain).await? {
        tx.delete_raw(owner.pk(), mapping_sk(&key, &mapping.base_path), store::Expect::Any);
    }
    for rule in cx.rules(&domain).await? {
        tx.delete_raw(owner.pk(), rule_sk(&key, &rule.id), store::Expect::Any);
    }
    let associations: Vec<AccessAssociation> =
        all(cx.store(), &ACCESS_ASSOCIATIONS, &owner, ACCESS_ASSOCIATION).await?;
    for association in associations.iter().filter(|association| association.domain_arn == domain.arn()) {
        tx.delete_raw(owner.pk(), part_sk(ACCESS_ASSOCIATION, &association.arn), store::Expect::Any);
    }
    tx.event(DOMAIN_CHANGED, &owner.key(&key));
    cx.store().commit(tx).await.map_err(stored)?;
    Ok(key)
}
