//! AdminListDevices. In order of keys.

use model_cognito_idp::types::{AdminListDevicesRequest, AdminListDevicesResponse};

use super::list_devices::page_of;
use crate::Cx;
use crate::error::Result;

/// Lists a user's devices.
pub async fn admin_list_devices(cx: &Cx<'_>, input: AdminListDevicesRequest) -> Result<AdminListDevicesResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let user = cx.service.device_owner(&pool, &input.username).await?;
    let asked = (input.pagination_token.as_deref(), input.limit);
    let (devices, next) = page_of(cx, &pool, &user, asked).await?;
    Ok(AdminListDevicesResponse { devices: Some(devices), pagination_token: next })
}
