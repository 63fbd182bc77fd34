//! DescribeResourceServer.

use model_cognito_idp::types::{DescribeResourceServerRequest, DescribeResourceServerResponse};

use crate::Cx;
use crate::error::Result;

/// Shows a resource server.
pub async fn describe_resource_server(
    cx: &Cx<'_>,
    input: DescribeResourceServerRequest,
) -> Result<DescribeResourceServerResponse> {
    cx.pool(&input.user_pool_id).await?;
    let server = cx.resource_server(&input.user_pool_id, &input.identifier).await?;
    Ok(DescribeResourceServerResponse { resource_server: Some(server.to_wire()) })
}
