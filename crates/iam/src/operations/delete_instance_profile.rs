//! DeleteInstanceProfile. Its role must be gone before.

use aws_types::AwsError;
use model_iam::types::DeleteInstanceProfileRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::entity::InstanceProfile;
use crate::error::{Result, concurrent, delete_conflict};

/// Deletes an instance profile.
pub async fn delete_instance_profile(cx: &Cx<'_>, input: DeleteInstanceProfileRequest) -> Result<()> {
    retry(cx.store(), || async {
        let profile = cx.find::<InstanceProfile>(&input.instance_profile_name).await?;
        if profile.role.is_some() {
            // field
            return Err(delete_conflict("Cannot delete entity, must remove roles from instance profile first."));
        }
        let mut tx = Tx::new();
        cx.remove(&mut tx, &profile);
        cx.commit(tx, &profile.sk).await.map_err(AwsError::from)
    })
    .await
    .map_err(concurrent)
}
