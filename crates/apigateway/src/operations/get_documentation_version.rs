//! GetDocumentationVersion.

use model_apigateway::{DocumentationVersion, GetDocumentationVersionRequest};

use crate::Cx;
use crate::error::{Result, documentation_version_not_found};
use crate::table::{DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS};

/// Shows a snapshot of the documentation.
pub async fn get_documentation_version(
    cx: &Cx<'_>,
    input: GetDocumentationVersionRequest,
) -> Result<DocumentationVersion> {
    let api = cx.api(&input.rest_api_id).await?;
    let name = &input.documentation_version;
    let found = cx.part(&DOCUMENTATION_VERSIONS, &api, DOCUMENTATION_VERSION, name).await?;
    Ok(found.ok_or_else(documentation_version_not_found)?.output())
}
