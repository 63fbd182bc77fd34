//! PutGroupPolicy.

use model_iam::types::PutGroupPolicyRequest;

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::grants::put_inline;

/// Sets an inline policy.
pub async fn put_group_policy(cx: &Cx<'_>, input: PutGroupPolicyRequest) -> Result<()> {
    put_inline::<Group>(cx, &input.group_name, &input.policy_name, &input.policy_document).await
}
