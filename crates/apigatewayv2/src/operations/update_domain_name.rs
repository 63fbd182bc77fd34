//! UpdateDomainName.

use model::UpdateDomainNameRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::Result;
use crate::ports::DomainSettings;

/// Changes a domain name; what is served changes before the answer.
pub async fn update_domain_name(cx: &Cx<'_>, input: UpdateDomainNameRequest) -> Result<model::DomainName> {
    let settings = DomainSettings {
        configurations: input.domain_name_configurations,
        mutual_tls: input.mutual_tls_authentication,
        routing_mode: input.routing_mode,
        tags: None,
    };
    cx.service.doors().domains.update(cx.call, &input.domain_name, settings).await
}
