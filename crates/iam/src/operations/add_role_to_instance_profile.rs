//! AddRoleToInstanceProfile. A profile holds one role.

use aws_types::AwsError;
use model_iam::types::AddRoleToInstanceProfileRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::{InstanceProfile, Role};
use crate::error::{Result, concurrent, quota};
use crate::grants::Holder;
use crate::table::Entity;

/// Puts a role into an instance profile.
pub async fn add_role_to_instance_profile(cx: &Cx<'_>, input: AddRoleToInstanceProfileRequest) -> Result<()> {
    retry(cx.store(), || async {
        let current = cx.find::<InstanceProfile>(&input.instance_profile_name).await?;
        let role = cx.find::<Role>(&input.role_name).await?;
        role.may_change()?;
        if current.role.is_some() {
            // recorded
            return Err(quota("InstanceSessionsPerInstanceProfile", 1));
        }
        let (mut profile, mut tx) = (current.value.clone(), Tx::new());
        profile.role = Some(role.name.clone());
        InstanceProfile::TABLE.update(&mut tx, &current, &profile, profile.index())?;
        cx.touch(&mut tx, &role)?;
        cx.commit(tx, &current.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
