//! GetDomainName.

use model_apigateway::{DomainName, GetDomainNameRequest};

use crate::Cx;
use crate::error::Result;

/// Shows a domain name.
pub async fn get_domain_name(cx: &Cx<'_>, input: GetDomainNameRequest) -> Result<DomainName> {
    Ok(cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?.output())
}
