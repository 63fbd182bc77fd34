//! TagInstanceProfile.

use model_iam::types::TagInstanceProfileRequest;

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_instance_profile(cx: &Cx<'_>, input: TagInstanceProfileRequest) -> Result<()> {
    tag::<InstanceProfile>(cx, &input.instance_profile_name, input.tags).await
}
