//! GetModelTemplate: a mapping template that passes on exactly what a model describes.

use std::collections::BTreeMap;

use model::{GetModelTemplateRequest, GetModelTemplateResponse};
use model_apigatewayv2 as model;
use serde_json::Value;

use crate::Cx;
use crate::entity::Model;
use crate::error::{Result, bad_request};
use crate::table::{MODEL, MODELS};

/// Schemas nested deeper are cut off; a model may refer to itself.
const MAX_DEPTH: usize = 16;
/// Longest template.
const MAX_TEMPLATE: usize = 300 * 1024;

/// Writes a template after a model.
pub async fn get_model_template(cx: &Cx<'_>, input: GetModelTemplateRequest) -> Result<GetModelTemplateResponse> {
    let api = cx.api(&input.api_id).await?;
    let model = cx.model(&api.id, &input.model_id).await?;
    let others: Vec<Model> = cx.parts(&MODELS, &api.id, MODEL).await?;
    let parse = |model: &Model| serde_json::from_str(&model.schema).unwrap_or(Value::Null);
    let schemas: BTreeMap<String, Value> = others.iter().map(|model| (model.name.clone(), parse(model))).collect();
    let mut writer = Writer { schemas: &schemas, text: "#set($inputRoot = $input.path('$'))\n".to_owned(), next: 0 };
    writer.write(&parse(&model), "$inputRoot", 0);
    if writer.text.len() > MAX_TEMPLATE {
        return Err(bad_request("The template of this model is too large"));
    }
    Ok(GetModelTemplateResponse { value: Some(writer.text) })
}

struct Writer<'a> {
    schemas: &'a BTreeMap<String, Value>,
    text: String,
    /// Number of the next loop variable.
    next: usize,
}

impl Writer<'_> {
    fn write(&mut self, schema: &Value, source: &str, depth: usize) {
        if depth > MAX_DEPTH || self.text.len() > MAX_TEMPLATE {
            self.text.push_str("{}");
            return;
        }
        let schemas = self.schemas;
        let schema = referred(schema, schemas);
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => self.write_array(schema.get("items").unwrap_or(&Value::Null), source, depth),
            Some("string") => {
                self.text.push('"');
                self.text.push_str(source);
                self.text.push('"');
            }
            Some("number" | "integer" | "boolean") => self.text.push_str(source),
            _ => self.write_object(schema, source, depth),
        }
    }

    fn write_object(&mut self, schema: &Value, source: &str, depth: usize) {
        let properties = schema.get("properties").and_then(Value::as_object);
        self.text.push('{');
        for (number, (name, property)) in properties.into_iter().flatten().enumerate() {
            self.text.push_str(if number == 0 { "\n" } else { ",\n" });
            self.text.push_str(&"  ".repeat(depth + 1));
            self.text.push_str(&format!("{} : ", Value::from(name.as_str())));
            self.write(property, &format!("{source}.{name}"), depth + 1);
        }
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(depth));
        self.text.push('}');
    }

    fn write_array(&mut self, items: &Value, source: &str, depth: usize) {
        let variable = format!("$elem{}", self.next);
        self.next += 1;
        self.text.push_str(&format!("[\n#foreach({variable} in {source})\n{}", "  ".repeat(depth + 1)));
        self.write(items, &variable, depth + 1);
        self.text.push_str("#if($foreach.hasNext),#end\n#end\n]");
    }
}

/// The schema that a reference names: `#/definitions/X` in itself, or a model by its URL.
fn referred<'a>(schema: &'a Value, schemas: &'a BTreeMap<String, Value>) -> &'a Value {
    let mut schema = schema;
    for _ in 0..MAX_DEPTH {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { break };
        let name = reference.rsplit('/').next().unwrap_or_default();
        let Some(found) = schemas.get(name) else { break };
        schema = found;
    }
    schema
}
