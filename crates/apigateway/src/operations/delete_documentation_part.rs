//! DeleteDocumentationPart.

use model_apigateway::DeleteDocumentationPartRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, documentation_part_not_found};
use crate::table::{DOCUMENTATION_PART, DOCUMENTATION_PARTS, part_sk};

/// Removes a part of the documentation; versions keep it.
pub async fn delete_documentation_part(cx: &Cx<'_>, input: DeleteDocumentationPartRequest) -> Result<()> {
    retry(cx.store(), async || {
        let api = cx.api(&input.rest_api_id).await?;
        let found = cx.part(&DOCUMENTATION_PARTS, &api, DOCUMENTATION_PART, &input.documentation_part_id).await?;
        let part = found.ok_or_else(documentation_part_not_found)?;
        let mut change = cx.change(&api)?;
        change.delete(&part_sk(DOCUMENTATION_PART, &part.id));
        cx.commit(change).await
    })
    .await
}
