//! AdminSetUserPassword.
//!
//! All tokens of the user die with the old password; on AWS they live on.

use model_cognito_idp::types::{AdminSetUserPasswordRequest, AdminSetUserPasswordResponse, UserStatusType};

use crate::Cx;
use crate::auth::credential::{Setter, replace_password};
use crate::error::Result;

/// Sets a password, for good or until the next sign-in.
pub async fn admin_set_user_password(
    cx: &Cx<'_>,
    input: AdminSetUserPasswordRequest,
) -> Result<AdminSetUserPasswordResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.named_user(&pool, &input.username).await?;
    cx.service.check_new_password(&pool, Some(&user), Setter::Admin, &input.password).await?;
    let stored = cx.service.hash_password(&pool, &user, &input.password).await?;
    let permanent = input.permanent == Some(true);
    let status = if permanent { UserStatusType::Confirmed } else { UserStatusType::ForceChangePassword };
    let change = cx.service.change_user(&pool, &user, |user| {
        replace_password(&pool, user, stored.clone());
        user.device_generation += 1;
        user.status = status;
        Ok(())
    });
    change.await?;
    cx.service.sweep_devices(&pool, &user).await;
    cx.service.forget_attempts(&pool, &user.username).await?;
    Ok(AdminSetUserPasswordResponse {})
}
