//! GetBasePathMapping.

use model::GetBasePathMappingRequest;
use model_apigateway as model;
use store::Versioned;

use crate::Cx;
use crate::domain::mapping_sk;
use crate::entity::{BasePathMapping, DomainName};
use crate::error::{Result, base_path_not_found};
use crate::table::BASE_PATHS;

/// Shows a mapping.
pub async fn get_base_path_mapping(cx: &Cx<'_>, input: GetBasePathMappingRequest) -> Result<model::BasePathMapping> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    Ok(find(cx, &domain, &input.base_path).await?.output())
}

/// A mapping of a domain name.
pub(super) async fn find(cx: &Cx<'_>, domain: &DomainName, base_path: &str) -> Result<Versioned<BasePathMapping>> {
    let path = if base_path == BasePathMapping::NONE { "" } else { base_path };
    let sk = mapping_sk(&domain.key(), path);
    BASE_PATHS.get(cx.store(), &cx.owner().pk(), &sk).await?.ok_or_else(base_path_not_found)
}
