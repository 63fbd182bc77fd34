//! DeleteDocumentationVersion.

use model_apigateway::DeleteDocumentationVersionRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, documentation_version_not_found};
use crate::table::{DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS, part_sk};

/// Removes a snapshot of the documentation.
pub async fn delete_documentation_version(cx: &Cx<'_>, input: DeleteDocumentationVersionRequest) -> Result<()> {
    retry(cx.store(), async || {
        let api = cx.api(&input.rest_api_id).await?;
        let name = &input.documentation_version;
        let found = cx.part(&DOCUMENTATION_VERSIONS, &api, DOCUMENTATION_VERSION, name).await?;
        let version = found.ok_or_else(documentation_version_not_found)?;
        let mut change = cx.change(&api)?;
        change.delete(&part_sk(DOCUMENTATION_VERSION, &version.value.version));
        cx.commit(change).await
    })
    .await
}
