//! ListAccessKeys. Oldest first.

use model_iam::types::{ListAccessKeysRequest, ListAccessKeysResponse};

use crate::Cx;
use crate::error::Result;
use crate::keys::keys_of;
use crate::paging::Page;

/// Lists access keys.
pub async fn list_access_keys(cx: &Cx<'_>, input: ListAccessKeysRequest) -> Result<ListAccessKeysResponse> {
    let owner = cx.owner(input.user_name)?;
    let question = format!("ListAccessKeys {}", owner.user_name().unwrap_or_default());
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let keys = keys_of(cx, &owner).await?;
    let page = page.of(cx, keys, |key| format!("{:016} {}", key.created.ms(), key.id)).map(|key| key.to_wire());
    Ok(ListAccessKeysResponse {
        access_key_metadata: Some(page.items),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
