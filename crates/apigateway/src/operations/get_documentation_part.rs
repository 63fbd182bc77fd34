//! GetDocumentationPart.

use model_apigateway::{DocumentationPart, GetDocumentationPartRequest};

use crate::Cx;
use crate::error::{Result, documentation_part_not_found};
use crate::table::{DOCUMENTATION_PART, DOCUMENTATION_PARTS};

/// Shows a part of the documentation.
pub async fn get_documentation_part(cx: &Cx<'_>, input: GetDocumentationPartRequest) -> Result<DocumentationPart> {
    let api = cx.api(&input.rest_api_id).await?;
    let found = cx.part(&DOCUMENTATION_PARTS, &api, DOCUMENTATION_PART, &input.documentation_part_id).await?;
    Ok(found.ok_or_else(documentation_part_not_found)?.output())
}
