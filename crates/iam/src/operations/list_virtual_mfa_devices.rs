//! ListVirtualMFADevices. Neither seeds nor tags.

use model_iam::types::{
    AssignmentStatusType, ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse, VirtualMFADevice,
};

use crate::Cx;
use crate::entity::{MfaDevice, User};
use crate::error::Result;
use crate::paging::Page;

/// Lists the account's devices.
pub async fn list_virtual_mfa_devices(
    cx: &Cx<'_>,
    input: ListVirtualMFADevicesRequest,
) -> Result<ListVirtualMFADevicesResponse> {
    let status = input.assignment_status.unwrap_or(AssignmentStatusType::Any);
    let question = format!("ListVirtualMFADevices {}", AssignmentStatusType::as_str(status));
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let is_meant = |device: &MfaDevice| match status {
        AssignmentStatusType::Assigned => device.enabled.is_some(),
        AssignmentStatusType::Unassigned => device.enabled.is_none(),
        AssignmentStatusType::Any => true,
    };
    let page = page.entities(cx, is_meant).await?.map(|device| device.value);
    let mut shown = Vec::new();
    for device in page.items {
        shown.push(show(cx, device).await?);
    }
    Ok(ListVirtualMFADevicesResponse {
        virtual_mfa_devices: Some(shown),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}

async fn show(cx: &Cx<'_>, device: MfaDevice) -> Result<VirtualMFADevice> {
    let user = match &device.enabled {
        Some(enabled) => cx.get::<User>(&enabled.user).await?.map(|user| user.to_list_wire()),
        None => None,
    };
    Ok(VirtualMFADevice {
        serial_number: Some(device.arn()),
        user,
        enable_date: device.enabled.map(|enabled| enabled.since),
        ..VirtualMFADevice::default()
    })
}
