//! UntagMFADevice.

use model_iam::types::UntagMFADeviceRequest;

use crate::Cx;
use crate::entity::MfaDevice;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_mfa_device(cx: &Cx<'_>, input: UntagMFADeviceRequest) -> Result<()> {
    untag::<MfaDevice>(cx, &input.serial_number, &input.tag_keys).await
}
