//! Templates written after a model's schema: they pass on exactly what the model describes (GetModelTemplate).

use std::collections::BTreeMap;

use serde_json::Value;

/// Schemas nested deeper are cut off; a model may refer to itself.
const MAX_DEPTH: usize = 16;
/// Longest template.
const MAX_TEMPLATE: usize = 300 * 1024;

/// A template after a schema, which may refer to others by their models' names; none where it would pass 300 KiB.
pub fn model_template(schema: &Value, schemas: &BTreeMap<String, Value>) -> Option<String> {
    let mut writer = Writer { schemas, text: "#set($inputRoot = $input.path('$'))\n".to_owned(), next: 0 };
    writer.write(schema, "$inputRoot", 0);
    (writer.text.len() <= MAX_TEMPLATE).then_some(writer.text)
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
