//! DescribeTermsByClient.

use model_cognito_idp::types::{DescribeTermsByClientRequest, DescribeTermsByClientResponse};

use crate::Cx;
use crate::error::{Result, terms_not_found};
use crate::table::{TERMS, TERMS_NAMES, terms_name_key};

/// Shows a client's terms document of a name.
pub async fn describe_terms_by_client(
    cx: &Cx<'_>,
    input: DescribeTermsByClientRequest,
) -> Result<DescribeTermsByClientResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    cx.client(&pool.id, &input.client_id).await?;
    let key = terms_name_key(&pool.id, &input.client_id, &input.terms_name);
    let terms = TERMS.find(cx.store(), TERMS_NAMES, &key).await?.ok_or_else(terms_not_found)?;
    Ok(DescribeTermsByClientResponse { terms: Some(terms.to_wire()) })
}
