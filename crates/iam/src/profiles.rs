//! Instance profiles together with the role they hold.

use model_iam::types as wire;

use crate::Cx;
use crate::entity::{InstanceProfile, Role};
use crate::error::Result;

/// A profile as the API shows it.
///
/// # Errors
/// The store's.
pub async fn show(cx: &Cx<'_>, profile: &InstanceProfile) -> Result<wire::InstanceProfile> {
    let role = match &profile.role {
        Some(name) => cx.get::<Role>(name).await?,
        None => None,
    };
    Ok(profile.to_wire(role.as_deref()))
}

/// Profiles as the API shows them.
///
/// # Errors
/// The store's.
pub async fn show_all(cx: &Cx<'_>, profiles: &[InstanceProfile]) -> Result<Vec<wire::InstanceProfile>> {
    let mut shown = Vec::with_capacity(profiles.len());
    for profile in profiles {
        shown.push(show(cx, profile).await?);
    }
    Ok(shown)
}
