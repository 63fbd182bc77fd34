//! RemoveRoleFromInstanceProfile.

use model_iam::types::RemoveRoleFromInstanceProfileRequest;

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::{Result, no_such_role};

/// Takes a role out of an instance profile.
pub async fn remove_role_from_instance_profile(cx: &Cx<'_>, input: RemoveRoleFromInstanceProfileRequest) -> Result<()> {
    let remove = |profile: &mut InstanceProfile, _: &mut store::Tx| {
        if !profile.role.as_ref().is_some_and(|role| role.eq_ignore_ascii_case(&input.role_name)) {
            return Err(no_such_role(&input.role_name));
        }
        profile.role = None;
        Ok(())
    };
    cx.change(&input.instance_profile_name, remove).await.map(drop)
}
