//! GetBasePathMappings.

use model_apigateway::{BasePathMappings, GetBasePathMappingsRequest};

use crate::Cx;
use crate::domain::mapping_sk;
use crate::entity::BasePathMapping;
use crate::error::Result;
use crate::table::BASE_PATHS;

/// Lists the mappings of a domain name.
pub async fn get_base_path_mappings(cx: &Cx<'_>, input: GetBasePathMappingsRequest) -> Result<BasePathMappings> {
    let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
    let kind = mapping_sk(&domain.key(), "");
    let (found, position) = cx.owned_page(&BASE_PATHS, &kind, input.position.as_deref(), input.limit).await?;
    Ok(BasePathMappings { position, items: Some(found.iter().map(BasePathMapping::output).collect()) })
}
