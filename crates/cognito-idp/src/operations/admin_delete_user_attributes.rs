//! AdminDeleteUserAttributes.

use model_cognito_idp::types::{AdminDeleteUserAttributesRequest, AdminDeleteUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::Writer;
use crate::error::Result;

/// Removes a user's attributes.
pub async fn admin_delete_user_attributes(
    cx: &Cx<'_>,
    input: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.delete_attributes(&pool, &user, &input.user_attribute_names, Writer::Admin).await?;
    Ok(AdminDeleteUserAttributesResponse {})
}
