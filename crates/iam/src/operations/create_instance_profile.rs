//! CreateInstanceProfile.

use model_iam::types::{CreateInstanceProfileRequest, CreateInstanceProfileResponse};

use crate::Cx;
use crate::entity::{InstanceProfile, ROOT_PATH};
use crate::error::{Result, exists};
use crate::ids::{Kind, unique_id};
use crate::tags::{Tagged, new_tags};

/// Makes an instance profile without role.
pub async fn create_instance_profile(
    cx: &Cx<'_>,
    input: CreateInstanceProfileRequest,
) -> Result<CreateInstanceProfileResponse> {
    let profile = InstanceProfile {
        id: unique_id(cx.rng(), Kind::InstanceProfile),
        account: cx.account().to_owned(),
        path: input.path.unwrap_or_else(|| ROOT_PATH.to_owned()),
        created: cx.now_s(),
        tags: new_tags(InstanceProfile::TAGS, input.tags)?,
        role: None,
        name: input.instance_profile_name,
    };
    let taken = || exists(format_args!("Instance Profile {} already exists.", profile.name));
    cx.create(&profile.name, &profile, taken, |_| ()).await?;
    Ok(CreateInstanceProfileResponse { instance_profile: Some(profile.to_wire(None)) })
}
