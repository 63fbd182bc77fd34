//! UntagResource, of log groups.

use model_logs::types::UntagResourceRequest;

use crate::Cx;
use crate::error::Result;

/// Takes tags from a group; keys that it has not are passed over.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceRequest) -> Result<()> {
    let group = cx.by_arn(&input.resource_arn).await?;
    cx.change(group, |group| {
        group.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
    .await
}
