//! GetDomainName.

use model::GetDomainNameRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;

/// Shows a domain name.
pub async fn get_domain_name(cx: &Cx<'_>, input: GetDomainNameRequest) -> Result<model::DomainName> {
    cx.service.doors().domains.get(cx.call, &input.domain_name).await
}
