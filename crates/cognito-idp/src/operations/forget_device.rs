//! ForgetDevice.

use model_cognito_idp::types::ForgetDeviceRequest;

use crate::Cx;
use crate::error::{self, Result};

/// Forgets a device of the user behind an access token.
pub async fn forget_device(cx: &Cx<'_>, input: ForgetDeviceRequest) -> Result<()> {
    let token = input.access_token.as_deref().ok_or_else(|| error::missing_parameter("AccessToken"))?;
    let bearer = cx.service.bearer(token).await?;
    cx.service.forget_device(&bearer.pool, &bearer.user, &input.device_key).await
}
