//! DeleteRetentionPolicy.

use model_logs::types::DeleteRetentionPolicyRequest;

use crate::Cx;
use crate::error::{Result, invalid_parameter};

/// Keeps events from now on until they are deleted.
pub async fn delete_retention_policy(cx: &Cx<'_>, input: DeleteRetentionPolicyRequest) -> Result<()> {
    let group = cx.group(&input.log_group_name).await?;
    cx.change(group, |group| {
        if group.class == "DELIVERY" {
            return Err(invalid_parameter("The retention of log groups of class DELIVERY cannot be changed."));
        }
        group.retention_days = None;
        Ok(())
    })
    .await
}
