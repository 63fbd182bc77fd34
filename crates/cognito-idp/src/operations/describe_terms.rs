//! DescribeTerms.

use model_cognito_idp::types::{DescribeTermsRequest, DescribeTermsResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a terms document.
pub async fn describe_terms(cx: &Cx<'_>, input: DescribeTermsRequest) -> Result<DescribeTermsResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let terms = cx.terms(&pool.id, &input.terms_id).await?;
    Ok(DescribeTermsResponse { terms: Some(terms.to_wire()) })
}
