//! AdminForgetDevice.

use model_cognito_idp::types::AdminForgetDeviceRequest;

use crate::Cx;
use crate::error::Result;

/// Forgets a user's device.
pub async fn admin_forget_device(cx: &Cx<'_>, input: AdminForgetDeviceRequest) -> Result<()> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.device_owner(&pool, &input.username).await?;
    cx.service.forget_device(&pool, &user, &input.device_key).await
}
