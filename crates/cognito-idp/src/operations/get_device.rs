//! GetDevice.

use model_cognito_idp::types::{GetDeviceRequest, GetDeviceResponse};

use crate::Cx;
use crate::error::{self, Result};

/// A device of the user behind an access token.
pub async fn get_device(cx: &Cx<'_>, input: GetDeviceRequest) -> Result<GetDeviceResponse> {
    let token = input.access_token.as_deref().ok_or_else(|| error::missing_parameter("AccessToken"))?;
    let bearer = cx.service.bearer(token).await?;
    let device = cx.service.device(&bearer.pool, &bearer.user, &input.device_key).await?;
    Ok(GetDeviceResponse { device: Some(device.to_wire(&bearer.pool, &bearer.user)) })
}
