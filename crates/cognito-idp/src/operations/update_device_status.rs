//! UpdateDeviceStatus.

use model_cognito_idp::types::{UpdateDeviceStatusRequest, UpdateDeviceStatusResponse};

use crate::Cx;
use crate::error::Result;

/// Remembers a device of the user behind an access token, or does not any more.
pub async fn update_device_status(cx: &Cx<'_>, input: UpdateDeviceStatusRequest) -> Result<UpdateDeviceStatusResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let status = input.device_remembered_status;
    cx.service.set_device_status(&bearer.pool, &bearer.user, &input.device_key, status).await?;
    Ok(UpdateDeviceStatusResponse {})
}
