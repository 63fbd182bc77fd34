//! CreateDocumentationVersion.

use model::CreateDocumentationVersionRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::DocumentationVersion;
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{
    DOCUMENTATION_PART, DOCUMENTATION_PARTS, DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS, STAGE, STAGES, part_sk,
};
use crate::validate;

/// Most versions of an API.
const MAX_VERSIONS: usize = 300;

/// Freezes an API's documentation, and shows it at a stage where one is named.
pub async fn create_documentation_version(
    cx: &Cx<'_>,
    input: CreateDocumentationVersionRequest,
) -> Result<model::DocumentationVersion> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let version = input.documentation_version.as_str();
    if !(1..=64).contains(&version.len()) || !version.bytes().all(good) {
        return Err(bad_request(
            "Invalid documentation version specified, only a-zA-Z0-9._- of at most 64 are allowed",
        ));
    }
    validate::description(input.description.as_deref())?;
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateDocumentationVersionRequest) -> Result<model::DocumentationVersion> {
    let api = cx.api(&input.rest_api_id).await?;
    let sk = part_sk(DOCUMENTATION_VERSION, &input.documentation_version);
    let others: Vec<DocumentationVersion> = cx.parts(&DOCUMENTATION_VERSIONS, &api.id, DOCUMENTATION_VERSION).await?;
    if others.iter().any(|other| other.version == input.documentation_version) {
        return Err(conflict("Documentation version already exists for this REST API"));
    }
    if others.len() >= MAX_VERSIONS {
        return Err(limit_exceeded("Maximum number of documentation versions for this API has been reached."));
    }
    let parts = cx.parts(&DOCUMENTATION_PARTS, &api.id, DOCUMENTATION_PART).await?;
    if parts.is_empty() {
        return Err(bad_request("Documentation version cannot be created: the API has no documentation parts"));
    }
    let version = DocumentationVersion {
        version: input.documentation_version.clone(),
        description: input.description.clone(),
        created: cx.now(),
        parts,
    };
    let mut change = cx.change(&api)?;
    change.put(&DOCUMENTATION_VERSIONS, &sk, &version)?;
    if let Some(name) = input.stage_name.as_deref().filter(|name| !name.is_empty()) {
        let mut stage = cx.stage(&api, name).await?.value;
        stage.documentation_version = Some(version.version.clone());
        stage.updated = cx.now();
        change.put(&STAGES, &part_sk(STAGE, name), &stage)?;
    }
    cx.commit(change).await?;
    Ok(version.output())
}
