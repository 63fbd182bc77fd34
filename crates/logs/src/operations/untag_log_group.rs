//! UntagLogGroup, the older form of UntagResource.

use model_logs::types::UntagLogGroupRequest;

use crate::Cx;
use crate::error::Result;

/// Takes tags from a group.
pub async fn untag_log_group(cx: &Cx<'_>, input: UntagLogGroupRequest) -> Result<()> {
    let group = cx.group(&input.log_group_name).await?;
    cx.change(group, |group| {
        group.tags.retain(|key, _| !input.tags.contains(key));
        Ok(())
    })
    .await
}
