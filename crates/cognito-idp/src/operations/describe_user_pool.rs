//! DescribeUserPool.

use model_cognito_idp::types::{DescribeUserPoolRequest, DescribeUserPoolResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a pool. The number of users is exact.
pub async fn describe_user_pool(cx: &Cx<'_>, input: DescribeUserPoolRequest) -> Result<DescribeUserPoolResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    Ok(DescribeUserPoolResponse { user_pool: Some(cx.service.pool_view(&pool).await?) })
}
