//! AdminUpdateDeviceStatus.

use model_cognito_idp::types::{AdminUpdateDeviceStatusRequest, AdminUpdateDeviceStatusResponse};

use crate::Cx;
use crate::error::Result;

/// Remembers a user's device, or does not any more.
pub async fn admin_update_device_status(
    cx: &Cx<'_>,
    input: AdminUpdateDeviceStatusRequest,
) -> Result<AdminUpdateDeviceStatusResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.device_owner(&pool, &input.username).await?;
    cx.service.set_device_status(&pool, &user, &input.device_key, input.device_remembered_status).await?;
    Ok(AdminUpdateDeviceStatusResponse {})
}
