//! UpdateDocumentationPart.

use model::UpdateDocumentationPartRequest;
use model_apigateway as model;
use store::retry;

use super::create_documentation_part::check_properties;
use crate::Cx;
use crate::entity::DocumentationPart;
use crate::error::{Result, documentation_part_not_found};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{DOCUMENTATION_PART, DOCUMENTATION_PARTS, part_sk};

const RULES: &[Rule<DocumentationPart>] = &[Rule {
    path: "/properties",
    ops: REPLACE,
    apply: |part, change| {
        change.required()?.clone_into(&mut part.properties);
        check_properties(&part.properties)
    },
}];

/// Changes what is said about a part of an API.
pub async fn update_documentation_part(
    cx: &Cx<'_>,
    input: UpdateDocumentationPartRequest,
) -> Result<model::DocumentationPart> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateDocumentationPartRequest) -> Result<model::DocumentationPart> {
    let api = cx.api(&input.rest_api_id).await?;
    let found = cx.part(&DOCUMENTATION_PARTS, &api, DOCUMENTATION_PART, &input.documentation_part_id).await?;
    let mut part = found.ok_or_else(documentation_part_not_found)?.value;
    patch(&mut part, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    let mut change = cx.change(&api)?;
    change.put(&DOCUMENTATION_PARTS, &part_sk(DOCUMENTATION_PART, &part.id), &part)?;
    cx.commit(change).await?;
    Ok(part.output())
}
