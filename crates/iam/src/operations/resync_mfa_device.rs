//! ResyncMFADevice. Two codes in a row, later than any that was taken, show where the device's clock stands.

use model_iam::types::ResyncMFADeviceRequest;

use crate::Cx;
use crate::error::Result;
use crate::mfa::{Codes, resync};

/// Learns where a device's clock stands.
pub async fn resync_mfa_device(cx: &Cx<'_>, input: ResyncMFADeviceRequest) -> Result<()> {
    let codes = [input.authentication_code1.as_str(), input.authentication_code2.as_str()];
    resync(cx, &input.user_name, Codes { serial: &input.serial_number, codes }).await
}
