//! GetModelTemplate: a mapping template that passes on exactly what a model describes.

use std::collections::BTreeMap;

use mapping_template::model_template;
use model::{GetModelTemplateRequest, GetModelTemplateResponse};
use model_apigatewayv2 as model;
use serde_json::Value;

use crate::Cx;
use crate::entity::Model;
use crate::error::{Result, bad_request};
use crate::table::{MODEL, MODELS};

/// Writes a template after a model.
pub async fn get_model_template(cx: &Cx<'_>, input: GetModelTemplateRequest) -> Result<GetModelTemplateResponse> {
    let api = cx.api(&input.api_id).await?;
    let model = cx.model(&api.id, &input.model_id).await?;
    let others: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    let parse = |model: &Model| serde_json::from_str(&model.schema).unwrap_or(Value::Null);
    let schemas: BTreeMap<String, Value> = others.iter().map(|model| (model.name.clone(), parse(model))).collect();
    let written = model_template(&parse(&model), &schemas);
    let value = written.ok_or_else(|| bad_request("The template of this model is too large"))?;
    Ok(GetModelTemplateResponse { value: Some(value) })
}
