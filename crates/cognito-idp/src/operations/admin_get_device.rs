//! AdminGetDevice.

use model_cognito_idp::types::{AdminGetDeviceRequest, AdminGetDeviceResponse};

use crate::Cx;
use crate::error::Result;

/// A device of a user.
pub async fn admin_get_device(cx: &Cx<'_>, input: AdminGetDeviceRequest) -> Result<AdminGetDeviceResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.device_owner(&pool, &input.username).await?;
    let device = cx.service.device(&pool, &user, &input.device_key).await?;
    Ok(AdminGetDeviceResponse { device: Some(device.to_wire(&pool, &user)) })
}
