//! GetDomainNames. Nobody shares private domain names here, so other accounts' are none.

use model::{DomainNames, GetDomainNamesRequest, ResourceOwner};
use model_apigateway as model;

use crate::Cx;
use crate::entity::DomainName;
use crate::error::Result;
use crate::table::{DOMAIN_NAME, DOMAIN_NAMES};

/// Lists the domain names of the call's account and region.
pub async fn get_domain_names(cx: &Cx<'_>, input: GetDomainNamesRequest) -> Result<DomainNames> {
    if input.resource_owner == Some(ResourceOwner::OtherAccounts) {
        return Ok(DomainNames { position: None, items: Some(Vec::new()) });
    }
    let (found, position) = cx.owned_page(&DOMAIN_NAMES, DOMAIN_NAME, input.position.as_deref(), input.limit).await?;
    Ok(DomainNames { position, items: Some(found.iter().map(DomainName::output).collect()) })
}
