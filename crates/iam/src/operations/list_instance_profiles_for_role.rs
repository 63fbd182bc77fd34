//! ListInstanceProfilesForRole.

use model_iam::types::{ListInstanceProfilesForRoleRequest, ListInstanceProfilesForRoleResponse};
use store::MAX_PAGE;

use crate::Cx;
use crate::entity::{InstanceProfile, Role};
use crate::error::Result;
use crate::paging::Page;
use crate::profiles::show_all;
use crate::table::{Entity, PROFILES_OF_ROLE, index_key};

/// Lists the instance profiles that hold a role.
pub async fn list_instance_profiles_for_role(
    cx: &Cx<'_>,
    input: ListInstanceProfilesForRoleRequest,
) -> Result<ListInstanceProfilesForRoleResponse> {
    let role = cx.find::<Role>(&input.role_name).await?;
    let question = format!("ListInstanceProfilesForRole {}", role.id);
    let page = Page::read(cx, question, input.marker.as_deref(), input.max_items)?;
    let key = index_key(cx.account(), &role.name.to_ascii_lowercase());
    let mut profiles = Vec::new();
    for (pk, sk) in cx.store().lookup(PROFILES_OF_ROLE, &key, None, MAX_PAGE).await? {
        profiles.extend(InstanceProfile::TABLE.get(cx.store(), &pk, &sk).await?.map(|found| found.value));
    }
    let page = page.of(cx, profiles, |profile| profile.name.to_ascii_lowercase());
    Ok(ListInstanceProfilesForRoleResponse {
        instance_profiles: Some(show_all(cx, &page.items).await?),
        is_truncated: page.is_truncated,
        marker: page.marker,
    })
}
