//! DeactivateMFADevice. The device stays, and may be given to somebody else.

use model_iam::types::DeactivateMFADeviceRequest;

use crate::Cx;
use crate::error::{Result, not_the_users_device};
use crate::mfa::deactivate;

/// Takes a device from its user.
pub async fn deactivate_mfa_device(cx: &Cx<'_>, input: DeactivateMFADeviceRequest) -> Result<()> {
    let owner = cx.owner(input.user_name)?;
    // The root has none.
    let user = owner.user_name().ok_or_else(|| not_the_users_device(&input.serial_number))?;
    deactivate(cx, user, &input.serial_number).await
}
