//! GetPrincipalTagAttributeMap.

use model_cognito_identity::types::{GetPrincipalTagAttributeMapInput, GetPrincipalTagAttributeMapResponse};

use crate::Cx;
use crate::error::Result;
use crate::role::default_tags;

/// Shows which claims of a provider become principal tags; a provider without a map makes none.
pub async fn get_principal_tag_attribute_map(
    cx: &Cx<'_>,
    input: GetPrincipalTagAttributeMapInput,
) -> Result<GetPrincipalTagAttributeMapResponse> {
    let pool = cx.pool(&input.identity_pool_id).await?;
    let map = pool.attribute_maps.get(&input.identity_provider_name).cloned().unwrap_or_default();
    Ok(GetPrincipalTagAttributeMapResponse {
        identity_pool_id: Some(pool.id.clone()),
        identity_provider_name: Some(input.identity_provider_name),
        use_defaults: Some(map.use_defaults),
        principal_tags: Some(if map.use_defaults { default_tags() } else { map.tags }),
    })
}
