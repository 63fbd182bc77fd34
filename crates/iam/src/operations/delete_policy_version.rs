//! DeletePolicyVersion.

use model_iam::types::DeletePolicyVersionRequest;

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::error::{Result, delete_conflict, no_such_version};

/// Deletes a version other than the default one.
pub async fn delete_policy_version(cx: &Cx<'_>, input: DeletePolicyVersionRequest) -> Result<()> {
    aws_managed::refuse("iam:DeletePolicyVersion", &input.policy_arn)?;
    let delete = |policy: &mut ManagedPolicy, _: &mut store::Tx| {
        let missing = || no_such_version(&input.policy_arn, &input.version_id);
        let number = policy.version(&input.version_id).ok_or_else(missing)?.number;
        if number == policy.default_version {
            // field
            return Err(delete_conflict("Cannot delete the default version of a policy."));
        }
        policy.versions.retain(|version| version.number != number);
        Ok(())
    };
    cx.change(&input.policy_arn, delete).await.map(drop)
}
