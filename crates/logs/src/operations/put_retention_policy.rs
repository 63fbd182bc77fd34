//! PutRetentionPolicy.

use model_logs::types::PutRetentionPolicyRequest;

use crate::Cx;
use crate::error::{Result, invalid_parameter, invalid_retention};

/// The days that events may be kept (API reference, PutRetentionPolicy).
pub const RETENTION_DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Sets how long events are kept. Older ones are not shown from then on.
pub async fn put_retention_policy(cx: &Cx<'_>, input: PutRetentionPolicyRequest) -> Result<()> {
    if !RETENTION_DAYS.contains(&input.retention_in_days) {
        return Err(invalid_retention(input.retention_in_days));
    }
    let group = cx.group(&input.log_group_name).await?;
    cx.change(group, |group| {
        if group.class == "DELIVERY" {
            return Err(invalid_parameter("The retention of log groups of class DELIVERY cannot be changed."));
        }
        group.retention_days = Some(input.retention_in_days);
        Ok(())
    })
    .await
}
