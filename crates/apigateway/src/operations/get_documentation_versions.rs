//! GetDocumentationVersions.

use model_apigateway::{DocumentationVersions, GetDocumentationVersionsRequest};

use crate::Cx;
use crate::entity::DocumentationVersion;
use crate::error::Result;
use crate::page::parts;
use crate::table::{DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS};

/// Lists the snapshots of an API's documentation.
pub async fn get_documentation_versions(
    cx: &Cx<'_>,
    input: GetDocumentationVersionsRequest,
) -> Result<DocumentationVersions> {
    let api = cx.api(&input.rest_api_id).await?;
    let of = (api.id.as_str(), DOCUMENTATION_VERSION);
    let (found, position) = parts(cx, &DOCUMENTATION_VERSIONS, of, input.position.as_deref(), input.limit).await?;
    Ok(DocumentationVersions { position, items: Some(found.iter().map(DocumentationVersion::output).collect()) })
}
