//! ListInstanceProfiles. In order of names, without regard to case.

use model_iam::types::{ListInstanceProfilesRequest, ListInstanceProfilesResponse};

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::Result;
use crate::paging::Page;
use crate::profiles::show_all;

/// Lists instance profiles.
pub async fn list_instance_profiles(
    cx: &Cx<'_>,
    input: ListInstanceProfilesRequest,
) -> Result<ListInstanceProfilesResponse> {
    let prefix = input.path_prefix.unwrap_or_default();
    let question = format!("ListInstanceProfiles {prefix}");
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let page = page.entities(cx, |profile: &InstanceProfile| profile.path.starts_with(&prefix)).await?;
    let page = page.map(|profile| profile.value);
    Ok(ListInstanceProfilesResponse {
        instance_profiles: Some(show_all(cx, &page.items).await?),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
