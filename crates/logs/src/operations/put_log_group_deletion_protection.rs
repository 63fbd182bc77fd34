//! PutLogGroupDeletionProtection.

use model_logs::types::PutLogGroupDeletionProtectionRequest;

use crate::Cx;
use crate::error::Result;

/// Protects a group from deletion, or lifts that.
pub async fn put_log_group_deletion_protection(cx: &Cx<'_>, input: PutLogGroupDeletionProtectionRequest) -> Result<()> {
    let group = cx.named(None, Some(&input.log_group_identifier)).await?;
    cx.change(group, |group| {
        group.protected = input.deletion_protection_enabled;
        Ok(())
    })
    .await
}
