//! UpdateApiMapping.

use model::UpdateApiMappingRequest;
use model_apigatewayv2 as model;

use super::create_api_mapping::{check_target, key, shown};
use super::get_api_mapping::find;
use crate::Cx;
use crate::error::Result;

/// Changes a mapping; what is served changes before the answer.
pub async fn update_api_mapping(cx: &Cx<'_>, input: UpdateApiMappingRequest) -> Result<model::ApiMapping> {
    let mut mapping = find(cx, &input.domain_name, &input.api_mapping_id).await?;
    mapping.api_id = input.api_id;
    if input.api_mapping_key.is_some() {
        mapping.key = key(input.api_mapping_key.as_deref())?;
    }
    mapping.stage = input.stage.or(mapping.stage);
    check_target(cx, &mapping.api_id, mapping.stage.as_deref().unwrap_or_default()).await?;
    cx.service.doors().domains.put_mapping(cx.call, &input.domain_name, mapping.clone()).await?;
    Ok(shown(mapping))
}
