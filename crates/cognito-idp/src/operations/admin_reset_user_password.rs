//! AdminResetUserPassword.

use model_cognito_idp::types::{AdminResetUserPasswordRequest, AdminResetUserPasswordResponse, UserStatusType};

use crate::Cx;
use crate::auth::reset::resettable;
use crate::error::{self, Result};
use crate::triggers::Said;

/// Puts a password out of use and sends a code to set a new one.
pub async fn admin_reset_user_password(
    cx: &Cx<'_>,
    input: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    if user.status == UserStatusType::Unconfirmed {
        return Err(error::password_cannot_be_reset());
    }
    let destination = resettable(&pool, &user)?;
    let change = cx.service.replace_user(&pool, &user, |user| {
        user.status = UserStatusType::ResetRequired;
        user.epoch += 1;
        user.device_generation += 1;
        Ok(())
    });
    let replaced = change.await?;
    let said = Said::by_admin(input.client_metadata.as_ref());
    if let Err(error) = cx.service.send_reset_code(&pool, &user, &destination, said).await {
        cx.service.put_back(&pool, &replaced).await?;
        return Err(error);
    }
    cx.service.sweep_devices(&pool, &user).await;
    Ok(AdminResetUserPasswordResponse {})
}
