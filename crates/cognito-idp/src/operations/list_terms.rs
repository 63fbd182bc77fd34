//! ListTerms. In order of ids.

use model_cognito_idp::types::{ListTermsRequest, ListTermsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::{MAX_PAGE, Page};
use crate::table::{TERMS, TERMS_PREFIX, pool_pk};

/// Lists a pool's terms documents.
pub async fn list_terms(cx: &Cx<'_>, input: ListTermsRequest) -> Result<ListTermsResponse> {
    let pool_id = &input.user_pool_id;
    cx.pool(pool_id).await?;
    let query = format!("ListTerms {pool_id}");
    let page = Page::read(cx.store(), query, input.next_token.as_deref(), input.max_results, MAX_PAGE)?;
    let (terms, next_token) = page.list(cx.store(), &TERMS, &pool_pk(pool_id), TERMS_PREFIX).await?;
    Ok(ListTermsResponse { terms: Some(terms.iter().map(|terms| terms.to_description()).collect()), next_token })
}
