//! GetAccessKeyLastUsed. Late by up to a minute.

use model_iam::types::{AccessKeyLastUsed, GetAccessKeyLastUsedRequest, GetAccessKeyLastUsedResponse};

use crate::Cx;
use crate::error::{Result, no_such_key};
use crate::keys::find;

/// Shows when a key was last used, and where.
pub async fn get_access_key_last_used(
    cx: &Cx<'_>,
    input: GetAccessKeyLastUsedRequest,
) -> Result<GetAccessKeyLastUsedResponse> {
    let id = &input.access_key_id;
    let key = find(cx, id).await?.ok_or_else(|| no_such_key(id))?;
    let used = cx.last_used(id).await?;
    let or_none = |text: Option<String>| Some(text.unwrap_or_else(|| "N/A".to_owned()));
    Ok(GetAccessKeyLastUsedResponse {
        user_name: key.owner.user_name().map(str::to_owned),
        access_key_last_used: Some(AccessKeyLastUsed {
            last_used_date: used.as_ref().map(|used| used.at),
            service_name: or_none(used.as_ref().map(|used| used.service.clone())),
            region: or_none(used.map(|used| used.region)),
        }),
    })
}
