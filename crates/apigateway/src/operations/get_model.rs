//! GetModel. With `flatten`, what a model refers to is drawn in: referred models stand among its `definitions`.

use std::collections::{BTreeMap, BTreeSet};

use model::GetModelRequest;
use model_apigateway as model;
use serde_json::{Map, Value};

use crate::Cx;
use crate::entity::Model;
use crate::error::{Result, bad_request};
use crate::table::{MODEL, MODELS};

/// Longest schema that is shown, in bytes.
const MAX_SCHEMA: usize = 4 * 1024 * 1024;

/// Shows a model.
pub async fn get_model(cx: &Cx<'_>, input: GetModelRequest) -> Result<model::Model> {
    let api = cx.api(&input.rest_api_id).await?;
    let shown = cx.model(&api, &input.model_name).await?;
    if input.flatten != Some(true) {
        return Ok(shown.output());
    }
    let all: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    let schema = shown.schema.as_deref().map(|schema| flattened(schema, &all)).transpose()?;
    Ok(model::Model { schema, ..shown.output() })
}

/// A schema with the models that it refers to, directly or through others, among its definitions.
fn flattened(schema: &str, all: &[Model]) -> Result<String> {
    let Ok(mut schema) = serde_json::from_str::<Value>(schema) else { return Ok(schema.to_owned()) };
    let known: BTreeMap<&str, &str> =
        all.iter().filter_map(|model| Some((model.name.as_str(), model.schema.as_deref()?))).collect();
    let mut open = BTreeSet::new();
    refer(&mut schema, &mut open);
    let mut drawn = Map::new();
    let mut size = 0;
    while let Some(name) = open.pop_first() {
        let Some(text) = known.get(name.as_str()).filter(|_| !drawn.contains_key(&name)) else { continue };
        size += text.len();
        if size > MAX_SCHEMA {
            return Err(bad_request("The model is too large to be flattened"));
        }
        let mut referred = serde_json::from_str(text).unwrap_or(Value::Null);
        refer(&mut referred, &mut open);
        drawn.insert(name, referred);
    }
    if let (false, Some(members)) = (drawn.is_empty(), schema.as_object_mut()) {
        let definitions = members.entry("definitions").or_insert_with(|| Value::Object(Map::new()));
        if let Some(definitions) = definitions.as_object_mut() {
            definitions.extend(drawn);
        }
    }
    Ok(schema.to_string())
}

/// Turns references to models of an API into references to definitions, and notes whom they mean. What is nested deeper
/// than a parser allows is not there.
fn refer(schema: &mut Value, named: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some((host, name)) = reference.split_once("/models/")
                && host.starts_with("https://apigateway.amazonaws.com/restapis/")
            {
                let name = name.to_owned();
                *reference = format!("#/definitions/{name}");
                named.insert(name);
            }
            members.values_mut().for_each(|value| refer(value, named));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| refer(value, named)),
        _ => {}
    }
}
