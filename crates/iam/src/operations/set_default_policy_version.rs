//! SetDefaultPolicyVersion. Counts at once for all who have the policy.

use model_iam::types::SetDefaultPolicyVersionRequest;

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::{Result, no_such_version};

/// Makes a version the one that counts.
pub async fn set_default_policy_version(cx: &Cx<'_>, input: SetDefaultPolicyVersionRequest) -> Result<()> {
    aws_managed::refuse("iam:SetDefaultPolicyVersion", &input.policy_arn)?;
    let now = cx.now_s();
    let set = |policy: &mut ManagedPolicy, _: &mut store::Tx| {
        let missing = || no_such_version(&input.policy_arn, &input.version_id);
        policy.default_version = policy.version(&input.version_id).ok_or_else(missing)?.number;
        policy.updated = now;
        Ok(())
    };
    cx.change(&input.policy_arn, set).await.map(drop)
}
