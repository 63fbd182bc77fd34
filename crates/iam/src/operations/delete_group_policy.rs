//! DeleteGroupPolicy.

use model_iam::types::DeleteGroupPolicyRequest;

use crate::Cx;
use crate::entity::Group;
use crate::error::Result;
use crate::grants::delete_inline;

/// Takes an inline policy away.
pub async fn delete_group_policy(cx: &Cx<'_>, input: DeleteGroupPolicyRequest) -> Result<()> {
    delete_inline::<Group>(cx, &input.group_name, &input.policy_name).await
}
