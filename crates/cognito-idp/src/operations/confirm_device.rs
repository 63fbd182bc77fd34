//! ConfirmDevice.

use model_cognito_idp::types::{ConfirmDeviceRequest, ConfirmDeviceResponse};

use crate::Cx;
use crate::auth::device::{NewDevice, Prompt};
use crate::error::Result;

/// Makes the device of the token's own sign-in one of the user's.
pub async fn confirm_device(cx: &Cx<'_>, input: ConfirmDeviceRequest) -> Result<ConfirmDeviceResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let new = NewDevice {
        key: &input.device_key,
        name: input.device_name.as_deref(),
        verifier: input.device_secret_verifier_config.as_ref(),
        address: &cx.call.source_ip,
    };
    let prompt = cx.service.confirm_device(&bearer, new).await?;
    Ok(ConfirmDeviceResponse { user_confirmation_necessary: Some(prompt == Prompt::Necessary) })
}
