//! CreateTerms. A client has each document once, so their number is bounded by that of clients.

use model_cognito_idp::types::{CreateTermsRequest, CreateTermsResponse};
use store::{Tx, retry};
use world::rng;

use crate::Cx;
use crate::entity::Terms;
use crate::error::{Result, concurrent, terms_exist};
use crate::rules::terms::check_links;
use crate::table::{CHANGED, CLIENTS, TERMS, TERMS_NAMES, pool_pk, terms_name_key, terms_sk};

/// Makes a terms document.
pub async fn create_terms(cx: &Cx<'_>, input: CreateTermsRequest) -> Result<CreateTermsResponse> {
    let links = input.links.unwrap_or_default();
    check_links(&links)?;
    let terms = Terms {
        id: rng::uuid(cx.service.rng()),
        pool_id: input.user_pool_id,
        client_id: input.client_id,
        name: input.terms_name,
        source: input.terms_source,
        enforcement: input.enforcement,
        links,
        created: cx.now(),
        modified: cx.now(),
    };
    let seq = retry(cx.store(), || add(cx, &terms)).await.map_err(concurrent)?;
    cx.service.reflect(&terms.pool_id, seq).await?;
    Ok(CreateTermsResponse { terms: Some(terms.to_wire()) })
}

async fn add(cx: &Cx<'_>, terms: &Terms) -> Result<Option<i64>> {
    cx.pool(&terms.pool_id).await?;
    let client = cx.client(&terms.pool_id, &terms.client_id).await?;
    let key = terms_name_key(&terms.pool_id, &terms.client_id, &terms.name);
    if !cx.store().lookup(TERMS_NAMES, &key, None, 1).await?.is_empty() {
        return Err(terms_exist(&terms.name));
    }
    let (pk, sk) = (pool_pk(&terms.pool_id), terms_sk(&terms.id));
    let mut tx = Tx::new();
    CLIENTS.require(&mut tx, &client);
    tx.reserve(TERMS_NAMES, &key, &pk, &sk);
    TERMS.insert(&mut tx, &pk, &sk, terms, Vec::new())?;
    tx.event(CHANGED, &terms.pool_id);
    Ok(cx.store().commit(tx).await?.event_seq)
}
