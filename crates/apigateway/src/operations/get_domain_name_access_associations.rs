//! GetDomainNameAccessAssociations. Nobody shares private domain names here, so other accounts' are none.

use model::{DomainNameAccessAssociations, GetDomainNameAccessAssociationsRequest, ResourceOwner};
use model_apigateway as model;

use crate::Cx;
use crate::entity::AccessAssociation;
use crate::error::Result;
use crate::table::{ACCESS_ASSOCIATION, ACCESS_ASSOCIATIONS};

/// Lists the associations of the call's account and region.
pub async fn get_domain_name_access_associations(
    cx: &Cx<'_>,
    input: GetDomainNameAccessAssociationsRequest,
) -> Result<DomainNameAccessAssociations> {
    if input.resource_owner == Some(ResourceOwner::OtherAccounts) {
        return Ok(DomainNameAccessAssociations { position: None, items: Some(Vec::new()) });
    }
    let (position, limit) = (input.position.as_deref(), input.limit);
    let (found, position) = cx.owned_page(&ACCESS_ASSOCIATIONS, ACCESS_ASSOCIATION, position, limit).await?;
    Ok(DomainNameAccessAssociations { position, items: Some(found.iter().map(AccessAssociation::output).collect()) })
}
