//! GetPolicy.

use model_iam::types::{GetPolicyRequest, GetPolicyResponse, Policy};

use crate::Cx;
use crate::aws_managed;
use crate::entity::{ManagedPolicy, tags_to_wire};
use crate::error::Result;

/// Shows a managed policy.
pub async fn get_policy(cx: &Cx<'_>, input: GetPolicyRequest) -> Result<GetPolicyResponse> {
    let uses = cx.uses(&input.policy_arn).await?;
    let policy = match aws_managed::find(&input.policy_arn) {
        Some(policy) => policy.to_entity(),
        None => cx.find::<ManagedPolicy>(&input.policy_arn).await?.value,
    };
    let tags = tags_to_wire(&policy.tags).or(Some(Vec::new()));
    let shown = Policy { description: policy.description.clone(), tags, ..policy.to_wire(uses) };
    Ok(GetPolicyResponse { policy: Some(shown) })
}
