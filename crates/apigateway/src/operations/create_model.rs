//! CreateModel.

use model::CreateModelRequest;
use model_apigateway as model;
use serde_json::Value;
use store::retry;

use crate::Cx;
use crate::entity::Model;
use crate::error::{Result, bad_request, conflict};
use crate::table::{MODEL, MODELS, part_sk};
use crate::validate;

/// Largest schema, in bytes.
const MAX_SCHEMA_BYTES: usize = 400 * 1024;

/// Adds a model to an API.
pub async fn create_model(cx: &Cx<'_>, input: CreateModelRequest) -> Result<model::Model> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.rest_api_id).await?;
    check_name(&input.name)?;
    validate::content_type_of(&input.content_type)?;
    check_schema(input.schema.as_deref())?;
    validate::description(input.description.as_deref())?;
    if cx.part(&MODELS, &api, MODEL, &input.name).await?.is_some() {
        return Err(conflict("Model name already exists for this REST API"));
    }
    let model = Model {
        id: cx.new_id(6),
        name: input.name.clone(),
        description: input.description.clone(),
        schema: input.schema.clone(),
        content_type: input.content_type.clone(),
    };
    let mut change = cx.change(&api)?;
    change.put(&MODELS, &part_sk(MODEL, &model.name), &model)?;
    cx.commit(change).await?;
    Ok(model.output())
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(bad_request("Model name must be non-empty"));
    }
    if name.len() > 256 || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(bad_request(format_args!("Model name must be alphanumeric: {name:.100}")));
    }
    Ok(())
}

/// A JSON schema that says something: an object or list with members, a reference, or a plain type.
pub(super) fn check_schema(schema: Option<&str>) -> Result<()> {
    let nothing = || bad_request("Model schema must have at least 1 property or array items defined");
    let schema = schema.filter(|schema| !schema.trim().is_empty()).ok_or_else(nothing)?;
    if schema.len() > MAX_SCHEMA_BYTES {
        return Err(bad_request("Model schema is too large"));
    }
    let invalid = |_| {
        bad_request(
            "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
        )
    };
    let document: Value = serde_json::from_str(schema).map_err(invalid)?;
    let members = document.as_object().filter(|members| !members.is_empty());
    members.map(drop).ok_or_else(nothing)
}
