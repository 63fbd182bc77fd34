//! DeleteBasePathMapping.

use model_apigateway::DeleteBasePathMappingRequest;
use store::retry;

use super::get_base_path_mapping::find;
use crate::Cx;
use crate::error::Result;

/// Removes a mapping; it stops at once.
pub async fn delete_base_path_mapping(cx: &Cx<'_>, input: DeleteBasePathMappingRequest) -> Result<()> {
    retry(cx.store(), async || {
        let domain = cx.domain_name(&input.domain_name, input.domain_name_id.as_deref()).await?;
        let mapping = find(cx, &domain, &input.base_path).await?;
        let mut change = cx.change_domain(&domain, &domain)?;
        change.delete(mapping.sk.clone());
        cx.commit_domain(change).await
    })
    .await
}
