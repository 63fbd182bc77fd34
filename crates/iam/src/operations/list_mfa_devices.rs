//! ListMFADevices. The devices of one user.

use model_iam::types::{ListMFADevicesRequest, ListMFADevicesResponse};

use crate::Cx;
use crate::entity::{MfaDevice, User};
use crate::error::Result;
use crate::paging::Page;

/// Lists a user's devices.
pub async fn list_mfa_devices(cx: &Cx<'_>, input: ListMFADevicesRequest) -> Result<ListMFADevicesResponse> {
    let owner = cx.owner(input.user_name)?;
    let question = format!("ListMFADevices {}", owner.user_name().unwrap_or_default());
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let serials = match owner.user_name() {
        Some(name) => cx.find::<User>(name).await?.value.mfa,
        None => Vec::new(),
    };
    let mut devices = Vec::new();
    for serial in serials {
        devices.extend(cx.get::<MfaDevice>(&serial).await?.and_then(|device| device.to_wire()));
    }
    let page = page.of(cx, devices, |device| device.serial_number.clone().unwrap_or_default());
    Ok(ListMFADevicesResponse { mfa_devices: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
