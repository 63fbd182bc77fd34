//! CreateModel.

use model::{CreateModelRequest, UpdateModelRequest};
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::entity::{Api, Model};
use crate::error::{Result, bad_request, conflict, limit_exceeded};
use crate::table::{MODEL, MODELS};
use crate::validate::{length, set};

/// Longest schema, in bytes.
const MAX_SCHEMA: usize = 32 * 1024;
/// Most models of an API. AWS has no quota of them. (own)
pub(crate) const MAX_MODELS: usize = 400;

/// Makes a model.
pub async fn create_model(cx: &Cx<'_>, input: CreateModelRequest) -> Result<model::Model> {
    retry(cx.store(), || create(cx, &input)).await
}

async fn create(cx: &Cx<'_>, input: &CreateModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.api_id).await?;
    let mut made = Model { id: cx.new_id(6), ..Model::default() };
    apply(&mut made, &change(input));
    let count = judge(cx, &api, &made).await?;
    if count >= MAX_MODELS {
        return Err(limit_exceeded("models", MAX_MODELS));
    }
    let mut change = cx.change(&api)?;
    change.put_model(&made)?;
    cx.commit(change).await?;
    Ok(made.output())
}

/// Applies a change.
pub(super) fn apply(model: &mut Model, change: &UpdateModelRequest) {
    if let Some(name) = &change.name {
        model.name.clone_from(name);
    }
    if let Some(schema) = &change.schema {
        model.schema.clone_from(schema);
    }
    set(&mut model.content_type, change.content_type.clone());
    set(&mut model.description, change.description.clone());
}

/// Judges a model by itself.
///
/// # Errors
/// `BadRequestException` that names the member.
pub(crate) fn check(model: &Model) -> Result<()> {
    let plain = !model.name.is_empty() && model.name.bytes().all(|b| b.is_ascii_alphanumeric());
    if !plain || model.name.len() > 128 {
        return Err(bad_request("Model name must be alphanumeric"));
    }
    length("description", model.description.as_deref(), (0, 1024))?;
    length("contentType", model.content_type.as_deref(), (1, 256))?;
    if model.schema.len() > MAX_SCHEMA {
        return Err(bad_request("Invalid schema specified. It can be at most 32768 bytes"));
    }
    let document: Result<serde_json::Value, _> = serde_json::from_str(&model.schema);
    match document {
        Ok(document) if document.is_object() => Ok(()),
        _ => Err(bad_request("Invalid model specified: the schema is not a JSON object")),
    }
}

/// Judges a model beside the API's others, and counts these.
pub(super) async fn judge(cx: &Cx<'_>, api: &Api, model: &Model) -> Result<usize> {
    check(model)?;
    let others: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    if others.iter().any(|other| other.id != model.id && other.name == model.name) {
        return Err(conflict(format_args!("Model name already exists for this API: {}", model.name)));
    }
    Ok(others.len())
}

fn change(input: &CreateModelRequest) -> UpdateModelRequest {
    UpdateModelRequest {
        api_id: input.api_id.clone(),
        content_type: input.content_type.clone(),
        description: input.description.clone(),
        model_id: String::new(),
        name: Some(input.name.clone()),
        schema: Some(input.schema.clone()),
    }
}
