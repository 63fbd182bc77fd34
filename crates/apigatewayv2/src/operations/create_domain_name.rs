//! CreateDomainName. The room of REST APIs keeps domain names: both APIs show the same ones.

use model::CreateDomainNameRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;
use crate::ports::DomainSettings;
use crate::validate::tags;

/// Makes a domain name; it leads nowhere until an API is mapped or a rule is made.
pub async fn create_domain_name(cx: &Cx<'_>, input: CreateDomainNameRequest) -> Result<model::DomainName> {
    tags(&input.tags.clone().unwrap_or_default())?;
    let settings = DomainSettings {
        configurations: input.domain_name_configurations,
        mutual_tls: input.mutual_tls_authentication,
        routing_mode: input.routing_mode,
        tags: input.tags,
    };
    cx.service.doors().domains.create(cx.call, &input.domain_name, settings).await
}
