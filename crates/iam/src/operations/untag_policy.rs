//! UntagPolicy.

use model_iam::types::UntagPolicyRequest;

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::Result;
use crate::tags::untag;

/// Takes tags away.
pub async fn untag_policy(cx: &Cx<'_>, input: UntagPolicyRequest) -> Result<()> {
    aws_managed::refuse("iam:UntagPolicy", &input.policy_arn)?;
    untag::<ManagedPolicy>(cx, &input.policy_arn, &input.tag_keys).await
}
