//! ImportDocumentationParts: the parts of a document of OpenAPI, into an API's documentation.

use std::collections::HashMap;

use model::{DocumentationPartIds, ImportDocumentationPartsRequest, PutMode};
use model_apigateway as model;
use serde_json::Value;
use store::retry;

use super::create_documentation_part::{MAX_PARTS, check_location, check_properties};
use super::import_rest_api::parse;
use crate::Cx;
use crate::entity::{DocumentationPart, Location};
use crate::error::{Result, bad_request, failed_on_warnings, limit_exceeded};
use crate::openapi::read::{Options, read};
use crate::table::{DOCUMENTATION_PART, DOCUMENTATION_PARTS, part_sk};

/// Adds a document's parts to those that are there, or replaces them.
pub async fn import_documentation_parts(
    cx: &Cx<'_>,
    input: ImportDocumentationPartsRequest,
) -> Result<DocumentationPartIds> {
    cx.api(&input.rest_api_id).await?;
    let plan = read(&parse(&input.body.0)?, Options::default());
    if let Some(error) = plan.errors.first().filter(|error| error.starts_with("Invalid OpenAPI input")) {
        return Err(bad_request(error));
    }
    let (mut parts, mut warnings) = (Vec::new(), Vec::new());
    for part in &plan.parts {
        match of(part) {
            Ok(part) => parts.push(part),
            Err(error) => warnings.push(error.message.into_owned()),
        }
    }
    if input.fail_on_warnings == Some(true) && !warnings.is_empty() {
        return Err(failed_on_warnings(&warnings));
    }
    let ids = retry(cx.store(), || import(cx, &input, &parts)).await?;
    Ok(DocumentationPartIds { ids: Some(ids), warnings: Some(warnings) })
}

fn of(part: &Value) -> Result<(Location, String)> {
    let location = part.get("location").cloned().unwrap_or(Value::Null);
    let location = aws_types::service::read::<model::DocumentationPartLocation>(location)
        .map_err(|_| bad_request("Invalid location specified"))?;
    let location = Location::read(&location).map_err(bad_request)?;
    check_location(&location)?;
    let properties = part.get("properties").and_then(Value::as_str).unwrap_or_default();
    check_properties(properties)?;
    Ok((location, properties.to_owned()))
}

async fn import(
    cx: &Cx<'_>,
    input: &ImportDocumentationPartsRequest,
    parts: &[(Location, String)],
) -> Result<Vec<String>> {
    let api = cx.api(&input.rest_api_id).await?;
    let before: Vec<DocumentationPart> = cx.parts(&DOCUMENTATION_PARTS, &api.id, DOCUMENTATION_PART).await?;
    let mut change = cx.change(&api)?;
    let mut by_location: HashMap<Location, DocumentationPart> =
        before.into_iter().map(|part| (part.location.clone(), part)).collect();
    if input.mode == Some(PutMode::Overwrite) {
        let named: Vec<&Location> = parts.iter().map(|(location, _)| location).collect();
        by_location.retain(|location, part| {
            let kept = named.contains(&location);
            if !kept {
                change.delete(&part_sk(DOCUMENTATION_PART, &part.id));
            }
            kept
        });
    }
    let mut ids = Vec::with_capacity(parts.len());
    for (location, properties) in parts {
        let id = by_location.get(location).map_or_else(|| cx.new_id(6), |part| part.id.clone());
        let part = DocumentationPart { id: id.clone(), location: location.clone(), properties: properties.clone() };
        change.put(&DOCUMENTATION_PARTS, &part_sk(DOCUMENTATION_PART, &id), &part)?;
        by_location.insert(location.clone(), part);
        ids.push(id);
    }
    if by_location.len() > MAX_PARTS {
        return Err(limit_exceeded("Maximum number of documentation parts for this API has been reached."));
    }
    cx.commit(change).await?;
    Ok(ids)
}
