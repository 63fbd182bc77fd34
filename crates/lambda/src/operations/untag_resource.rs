//! UntagResource.

use model_lambda::types::UntagResourceRequest;

use super::tag_resource::tagged;
use crate::Cx;
use crate::error::Result;

/// Takes tags away.
pub async fn untag_resource(cx: &Cx<'_>, input: UntagResourceRequest) -> Result<()> {
    let name = tagged(cx, &input.resource)?;
    let remove = |function: &mut crate::entity::Function, _: &mut store::Tx| {
        function.tags.retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    };
    cx.change(&name, remove).await.map(drop)
}
