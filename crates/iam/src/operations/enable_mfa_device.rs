//! EnableMFADevice. Two codes in a row prove that the user has the device, and show where its clock stands.

use model_iam::types::EnableMFADeviceRequest;

use crate::Cx;
use crate::error::Result;
use crate::mfa::{Codes, enable};

/// Gives a device to a user.
pub async fn enable_mfa_device(cx: &Cx<'_>, input: EnableMFADeviceRequest) -> Result<()> {
    let codes = [input.authentication_code1.as_str(), input.authentication_code2.as_str()];
    enable(cx, &input.user_name, Codes { serial: &input.serial_number, codes }).await
}
