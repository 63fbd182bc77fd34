//! GetModelTemplate: a mapping template that passes on exactly what a model describes.

use std::collections::BTreeMap;

use mapping_template::model_template;
use model::{GetModelTemplateRequest, Template};
use model_apigateway as model;
use serde_json::Value;

use crate::Cx;
use crate::entity::Model;
use crate::error::{Result, bad_request};
use crate::table::{MODEL, MODELS};

/// Writes a template after a model.
pub async fn get_model_template(cx: &Cx<'_>, input: GetModelTemplateRequest) -> Result<Template> {
    let api = cx.api(&input.rest_api_id).await?;
    let model = cx.model(&api, &input.model_name).await?;
    let others: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    let parse = |model: &Model| serde_json::from_str(model.schema.as_deref().unwrap_or("{}")).unwrap_or(Value::Null);
    let schemas: BTreeMap<String, Value> = others.iter().map(|model| (model.name.clone(), parse(model))).collect();
    let written = model_template(&parse(&model), &schemas);
    let value = written.ok_or_else(|| bad_request("The template of this model is too large"))?;
    Ok(Template { value: Some(value) })
}
