//! AdminUpdateUserAttributes.

use model_cognito_idp::types::{AdminUpdateUserAttributesRequest, AdminUpdateUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::{Writer, to_map};
use crate::error::Result;
use crate::triggers::Said;

/// Changes a user's attributes, verified flags among them.
pub async fn admin_update_user_attributes(
    cx: &Cx<'_>,
    input: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    let changes = to_map(Some(input.user_attributes));
    let said = Said::by_admin(input.client_metadata.as_ref());
    cx.service.change_attributes(&pool, &user, &changes, Writer::Admin, said).await?;
    Ok(AdminUpdateUserAttributesResponse {})
}
