//! DeleteApiMapping.

use model_apigatewayv2::DeleteApiMappingRequest;

use crate::Cx;
use crate::error::Result;

/// Removes a mapping; it stops at once.
pub async fn delete_api_mapping(cx: &Cx<'_>, input: DeleteApiMappingRequest) -> Result<()> {
    cx.service.doors().domains.delete_mapping(cx.call, &input.domain_name, &input.api_mapping_id).await
}
