//! GetInstanceProfile.

use model_iam::types::{GetInstanceProfileRequest, GetInstanceProfileResponse};

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::Result;
use crate::profiles::show;

/// Shows an instance profile with its role.
pub async fn get_instance_profile(cx: &Cx<'_>, input: GetInstanceProfileRequest) -> Result<GetInstanceProfileResponse> {
    let profile = cx.find::<InstanceProfile>(&input.instance_profile_name).await?;
    Ok(GetInstanceProfileResponse { instance_profile: Some(show(cx, &profile).await?) })
}
