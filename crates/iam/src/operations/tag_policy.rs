//! TagPolicy.

use model_iam::types::TagPolicyRequest;

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::Result;
use crate::tags::tag;

/// Sets tags.
pub async fn tag_policy(cx: &Cx<'_>, input: TagPolicyRequest) -> Result<()> {
    aws_managed::refuse("iam:TagPolicy", &input.policy_arn)?;
    tag::<ManagedPolicy>(cx, &input.policy_arn, input.tags).await
}
