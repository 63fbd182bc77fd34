//! UpdateDocumentationVersion.

use model::UpdateDocumentationVersionRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::DocumentationVersion;
use crate::error::{Result, documentation_version_not_found};
use crate::patch::{REPLACE, Refusal, Rule, patch};
use crate::table::{DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS, part_sk};
use crate::validate;

const RULES: &[Rule<DocumentationVersion>] = &[Rule {
    path: "/description",
    ops: REPLACE,
    apply: |version, change| {
        version.description = change.text();
        validate::description(version.description.as_deref())
    },
}];

/// Changes a snapshot's description.
pub async fn update_documentation_version(
    cx: &Cx<'_>,
    input: UpdateDocumentationVersionRequest,
) -> Result<model::DocumentationVersion> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateDocumentationVersionRequest) -> Result<model::DocumentationVersion> {
    let api = cx.api(&input.rest_api_id).await?;
    let name = &input.documentation_version;
    let found = cx.part(&DOCUMENTATION_VERSIONS, &api, DOCUMENTATION_VERSION, name).await?;
    let mut version = found.ok_or_else(documentation_version_not_found)?.value;
    patch(&mut version, RULES, Refusal::Short, input.patch_operations.as_deref())?;
    let mut change = cx.change(&api)?;
    change.put(&DOCUMENTATION_VERSIONS, &part_sk(DOCUMENTATION_VERSION, &version.version), &version)?;
    cx.commit(change).await?;
    Ok(version.output())
}
