//! AdminDeleteSoftwareToken.

use model_cognito_idp::types::{AdminDeleteSoftwareTokenRequest, AdminDeleteSoftwareTokenResponse, UserStatusType};

use crate::Cx;
use crate::error::{self, Result};

/// Takes a user's authenticator app away.
pub async fn admin_delete_software_token(
    cx: &Cx<'_>,
    input: AdminDeleteSoftwareTokenRequest,
) -> Result<AdminDeleteSoftwareTokenResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    if user.status == UserStatusType::Unconfirmed {
        return Err(error::user_not_confirmed());
    }
    cx.service.delete_token(&pool, &user).await?;
    Ok(AdminDeleteSoftwareTokenResponse {})
}
