//! GetApiMapping.

use model::GetApiMappingRequest;
use model_apigatewayv2 as model;

use super::create_api_mapping::shown;
use crate::Cx;
use crate::error::{Result, api_mapping_not_found};
use crate::ports::Mapping;

/// Shows a mapping.
pub async fn get_api_mapping(cx: &Cx<'_>, input: GetApiMappingRequest) -> Result<model::ApiMapping> {
    find(cx, &input.domain_name, &input.api_mapping_id).await.map(shown)
}

/// A mapping of a domain name.
pub(super) async fn find(cx: &Cx<'_>, domain: &str, id: &str) -> Result<Mapping> {
    let all = cx.service.doors().domains.mappings(cx.call, domain).await?;
    all.into_iter().find(|mapping| mapping.id == id).ok_or_else(api_mapping_not_found)
}
