//! DescribeIdentityPool.

use model_cognito_identity::types::{self as wire, DescribeIdentityPoolInput};

use crate::Cx;
use crate::error::Result;

/// Shows a pool.
pub async fn describe_identity_pool(cx: &Cx<'_>, input: DescribeIdentityPoolInput) -> Result<wire::IdentityPool> {
    Ok(cx.pool(&input.identity_pool_id).await?.to_wire())
}
