//! TagMFADevice.

use model_iam::types::TagMFADeviceRequest;

use crate::Cx;
use crate::entity::MfaDevice;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_mfa_device(cx: &Cx<'_>, input: TagMFADeviceRequest) -> Result<()> {
    tag::<MfaDevice>(cx, &input.serial_number, input.tags).await
}
