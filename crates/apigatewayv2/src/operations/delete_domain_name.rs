//! DeleteDomainName.

use model_apigatewayv2::DeleteDomainNameRequest;

use crate::Cx;
use crate::error::Result;

/// Removes a domain name with its mappings and rules; it stops at once.
pub async fn delete_domain_name(cx: &Cx<'_>, input: DeleteDomainNameRequest) -> Result<()> {
    cx.service.doors().domains.delete(cx.call, &input.domain_name).await
}
