//! DeletePolicy. Uses and all versions but the default one must be gone before.

use aws_types::AwsError;
use model_iam::types::DeletePolicyRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::aws_managed;
use crate::entity::ManagedPolicy;
use crate::entity::managed_policy::Uses;
use crate::error::{Result, concurrent, delete_conflict};

/// Deletes a managed policy. The sentences are AWS's. (field)
pub async fn delete_policy(cx: &Cx<'_>, input: DeletePolicyRequest) -> Result<()> {
    aws_managed::refuse("iam:DeletePolicy", &input.policy_arn)?;
    retry(cx.store(), || async {
        let policy = cx.find::<ManagedPolicy>(&input.policy_arn).await?;
        if cx.uses(&input.policy_arn).await? != Uses::default() {
            return Err(delete_conflict("Cannot delete a policy attached to entities."));
        }
        if policy.versions.len() > 1 {
            return Err(delete_conflict(
                "This policy has more than one version. Before you delete a policy, you must delete the policy's \
                 versions. The default version is deleted with the policy.",
            ));
        }
        let mut tx = Tx::new();
        cx.remove(&mut tx, &policy);
        cx.commit(tx, &policy.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
