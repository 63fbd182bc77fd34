//! UntagInstanceProfile.

use model_iam::types::UntagInstanceProfileRequest;

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_instance_profile(cx: &Cx<'_>, input: UntagInstanceProfileRequest) -> Result<()> {
    untag::<InstanceProfile>(cx, &input.instance_profile_name, &input.tag_keys).await
}
