//! AddCustomAttributes.

use model_cognito_idp::types::{AddCustomAttributesRequest, AddCustomAttributesResponse};

use crate::Cx;
use crate::error::Result;
use crate::rules::schema;

/// Adds custom attributes to a pool's schema. They can never be changed or removed.
pub async fn add_custom_attributes(
    cx: &Cx<'_>,
    input: AddCustomAttributesRequest,
) -> Result<AddCustomAttributesResponse> {
    cx.pool(&input.user_pool_id).await?;
    cx.service.refuse_while_importing(&input.user_pool_id).await?;
    cx.change_pool(&input.user_pool_id, |pool| schema::add_custom(&mut pool.schema, input.custom_attributes.clone()))
        .await?;
    Ok(AddCustomAttributesResponse {})
}
