//! DeleteVirtualMFADevice. A device in use must be deactivated before.

use aws_types::AwsError;
use model_iam::types::DeleteVirtualMFADeviceRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::MfaDevice;
use crate::error::{Result, concurrent, delete_conflict};

/// Deletes a device.
pub async fn delete_virtual_mfa_device(cx: &Cx<'_>, input: DeleteVirtualMFADeviceRequest) -> Result<()> {
    retry(cx.store(), || async {
        let device = cx.find::<MfaDevice>(&input.serial_number).await?;
        if device.enabled.is_some() {
            return Err(delete_conflict("MFA VirtualDevice in use. Must deactivate first.")); // field
        }
        let mut tx = Tx::new();
        cx.remove(&mut tx, &device);
        cx.commit(tx, &device.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
