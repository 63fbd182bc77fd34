//! CreateDocumentationPart.

use model::CreateDocumentationPartRequest;
use model_apigateway as model;
use serde_json::Value;
use store::retry;

use crate::Cx;
use crate::entity::{DocumentationPart, Location};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{DOCUMENTATION_PART, DOCUMENTATION_PARTS, part_sk};

/// Most parts of an API (AWS's quota).
pub(super) const MAX_PARTS: usize = 2_000;
/// Largest content of a part.
const MAX_PROPERTIES: usize = 64 * 1024;

/// Documents a part of an API.
pub async fn create_documentation_part(
    cx: &Cx<'_>,
    input: CreateDocumentationPartRequest,
) -> Result<model::DocumentationPart> {
    let location = Location::read(&input.location).map_err(bad_request)?;
    check_location(&location)?;
    check_properties(&input.properties)?;
    retry(cx.store(), || create(cx, &input, &location)).await
}

async fn create(
    cx: &Cx<'_>,
    input: &CreateDocumentationPartRequest,
    location: &Location,
) -> Result<model::DocumentationPart> {
    let api = cx.api(&input.rest_api_id).await?;
    let others: Vec<DocumentationPart> = cx.parts(&DOCUMENTATION_PARTS, &api.id, DOCUMENTATION_PART).await?;
    if others.iter().any(|other| other.location == *location) {
        return Err(conflict("Documentation part already exists for the specified location"));
    }
    if others.len() >= MAX_PARTS {
        return Err(limit_exceeded("Maximum number of documentation parts for this API has been reached."));
    }
    let part = DocumentationPart { id: cx.new_id(6), location: location.clone(), properties: input.properties.clone() };
    let mut change = cx.change(&api)?;
    change.put(&DOCUMENTATION_PARTS, &part_sk(DOCUMENTATION_PART, &part.id), &part)?;
    cx.commit(change).await?;
    Ok(part.output())
}

/// Texts of a location are bounded.
pub(super) fn check_location(location: &Location) -> Result<()> {
    let texts = [&location.path, &location.method, &location.status_code, &location.name];
    if texts.into_iter().flatten().any(|text| text.len() > 2048) {
        return Err(bad_request("Invalid location specified, its fields can be at most 2048 characters"));
    }
    Ok(())
}

/// A JSON object in text.
pub(super) fn check_properties(properties: &str) -> Result<()> {
    if properties.len() > MAX_PROPERTIES {
        return Err(bad_request("Documentation part properties are too large"));
    }
    let object = serde_json::from_str::<Value>(properties).is_ok_and(|value| value.is_object());
    if object { Ok(()) } else { Err(bad_request("Documentation part properties must be a valid JSON object")) }
}
