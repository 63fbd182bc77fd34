//! DescribeUserPoolClient.

use model_cognito_idp::types::{DescribeUserPoolClientRequest, DescribeUserPoolClientResponse};

use crate::Cx;
use crate::error::Result;

/// Shows an app client, its oldest secret among it.
pub async fn describe_user_pool_client(
    cx: &Cx<'_>,
    input: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse> {
    cx.pool(&input.user_pool_id).await?;
    let client = cx.client(&input.user_pool_id, &input.client_id).await?;
    Ok(DescribeUserPoolClientResponse { user_pool_client: Some(cx.service.client_view(&client)?) })
}
