//! ListMFADeviceTags. In order of keys.

use model_iam::types::{ListMFADeviceTagsRequest, ListMFADeviceTagsResponse};

use crate::Cx;
use crate::entity::MfaDevice;
use crate::error::Result;
use crate::tags::{Question, list_tags};

/// Lists tags.
pub async fn list_mfa_device_tags(cx: &Cx<'_>, input: ListMFADeviceTagsRequest) -> Result<ListMFADeviceTagsResponse> {
    let question = Question {
        operation: "ListMFADeviceTags",
        key: &input.serial_number,
        marker: input.marker.as_deref(),
        max_items: input.max_items,
    };
    let page = list_tags::<MfaDevice>(cx, question).await?;
    Ok(ListMFADeviceTagsResponse { tags: Some(page.items), is_truncated: page.is_truncated, marker: page.marker })
}
