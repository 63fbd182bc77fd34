//! UpdateTerms: what is not given stays.

use aws_types::AwsError;
use model_cognito_idp::types::{UpdateTermsRequest, UpdateTermsResponse};
use store::{Tx, retry};

use crate::Cx;
use crate::entity::Terms;
use crate::error::{Result, concurrent, terms_exist};
use crate::rules::terms::check_links;
use crate::table::{CHANGED, TERMS, TERMS_NAMES, terms_name_key};

/// Changes a terms document.
pub async fn update_terms(cx: &Cx<'_>, input: UpdateTermsRequest) -> Result<UpdateTermsResponse> {
    input.links.as_ref().map_or(Ok(()), check_links)?;
    let (terms, seq) = retry(cx.store(), || change(cx, &input)).await.map_err(concurrent)?;
    cx.service.reflect(&terms.pool_id, seq).await?;
    Ok(UpdateTermsResponse { terms: Some(terms.to_wire()) })
}

async fn change(cx: &Cx<'_>, input: &UpdateTermsRequest) -> Result<(Terms, Option<i64>)> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let current = cx.terms(&pool.id, &input.terms_id).await?;
    let mut terms = current.value.clone();
    let mut tx = Tx::new();
    if let Some(name) = input.terms_name.as_ref().filter(|name| **name != terms.name) {
        let key = |name: &str| terms_name_key(&pool.id, &current.client_id, name);
        if !cx.store().lookup(TERMS_NAMES, &key(name), None, 1).await?.is_empty() {
            return Err(terms_exist(name));
        }
        tx.release(TERMS_NAMES, &key(&terms.name), &current.pk, &current.sk);
        tx.reserve(TERMS_NAMES, &key(name), &current.pk, &current.sk);
        terms.name.clone_from(name);
    }
    terms.source = input.terms_source.unwrap_or(terms.source);
    terms.enforcement = input.enforcement.unwrap_or(terms.enforcement);
    if let Some(links) = &input.links {
        terms.links.clone_from(links);
    }
    terms.modified = cx.now();
    TERMS.update(&mut tx, &current, &terms, Vec::new())?;
    tx.event(CHANGED, &pool.id);
    let committed = cx.store().commit(tx).await?;
    Ok::<_, AwsError>((terms, committed.event_seq))
}
