//! Emits a Rust structure for each structure that a request or an answer reaches.

use std::collections::BTreeSet;

use serde_json::Value;

use super::model::{Model, is_structure};
use super::names;
use super::scope;
use super::shapes::strings;
use crate::Outcome;

/// What the emitter has found out about all structures.
struct Types<'a> {
    model: &'a Model,
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
}

/// One item for each structure, sorted by shape name.
pub fn emit(model: &Model) -> Outcome<Vec<String>> {
    let (inputs, outputs) = (model.reachable(model.roots("input")), model.reachable(model.roots("output")));
    let types = Types { model, inputs, outputs };
    let all: BTreeSet<&str> = types.inputs.union(&types.outputs).copied().collect();
    all.into_iter().filter(|shape| is_structure(model.shape(shape))).map(|shape| types.structure(shape)).collect()
}

/// One member as it is written.
struct Field {
    member: String,
    name: String,
    ty: String,
}

impl Types<'_> {
    fn structure(&self, shape: &str) -> Outcome<String> {
        let name = self.model.type_name(shape);
        let fields = self.fields(shape)?;
        let stored = scope::is_stored(&self.model.name, shape);
        let reads = stored || self.inputs.contains(shape);
        let writes = stored || self.outputs.contains(shape);
        let derives = if self.has_default(shape, 0) { "Clone, Default" } else { "Clone" };
        let mut out = format!("#[derive({derives})]\npub struct {name} {{\n");
        for field in &fields {
            out.push_str(&format!("    pub {}: {},\n", field.name, field.ty));
        }
        out.push_str("}\n\n");
        out.push_str(&debug(name));
        if reads {
            out.push_str(&from_wire(name, &fields));
        }
        if writes {
            out.push_str(&into_wire(name, &fields));
        }
        if reads && writes {
            out.push_str(&format!("aws_types::wire_serde!({name});\n"));
        }
        Ok(out)
    }

    fn fields(&self, shape: &str) -> Outcome<Vec<Field>> {
        let mut fields = Vec::new();
        for (member, body) in self.model.shape(shape)["members"].as_object().into_iter().flatten() {
            let target = body["shape"].as_str().unwrap_or_default();
            if self.model.is_streaming(target) {
                continue;
            }
            let mut ty = self.rust_type(target)?;
            if self.holds(target, shape) {
                ty = format!("Box<{ty}>");
            }
            if !self.is_plain(shape, member) {
                ty = format!("Option<{ty}>");
            }
            fields.push(Field { member: member.clone(), name: names::field(member), ty });
        }
        Ok(fields)
    }

    /// Whether a member is a value of its own rather than an `Option`.
    fn is_plain(&self, shape: &str, member: &str) -> bool {
        self.inputs.contains(shape) && strings(&self.model.shape(shape)["required"]).contains(&member)
    }

    fn rust_type(&self, shape: &str) -> Outcome<String> {
        let body = self.model.shape(shape);
        let inner = |part: &str| self.rust_type(body[part]["shape"].as_str().unwrap_or_default());
        Ok(match body["type"].as_str().unwrap_or_default() {
            "structure" if is_structure(body) => self.model.type_name(shape).to_owned(),
            "structure" => "Value".to_owned(),
            "string" if body["enum"].is_null() => "String".to_owned(),
            "string" => self.model.type_name(shape).to_owned(),
            "list" => format!("Vec<{}>", inner("member")?),
            "map" => format!("BTreeMap<String, {}>", inner("value")?),
            "boolean" => "bool".to_owned(),
            "integer" => "i32".to_owned(),
            "long" => "i64".to_owned(),
            "float" | "double" => "f64".to_owned(),
            "timestamp" => "Timestamp".to_owned(),
            "blob" => "Blob".to_owned(),
            other => return Err(format!("{shape}: no Rust type for {other:?}").into()),
        })
    }

    /// Whether a value of `outer` has one of `inner` in it, other than behind a list or a map.
    fn holds(&self, outer: &str, inner: &str) -> bool {
        let mut open = vec![outer];
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            let body = self.model.shape(name);
            if !is_structure(body) || !seen.insert(name.to_owned()) {
                continue;
            }
            if name == inner {
                return true;
            }
            let members = body["members"].as_object().into_iter().flat_map(|all| all.values());
            open.extend(members.filter_map(|member| member["shape"].as_str()));
        }
        false
    }

    /// Whether every plain member has a default. A plain member that leads back to its own structure has none.
    fn has_default(&self, shape: &str, depth: u32) -> bool {
        let body = self.model.shape(shape);
        if depth > 32 || (body["type"] == "string" && !body["enum"].is_null()) {
            return false;
        }
        if !is_structure(body) {
            return true;
        }
        let members = body["members"].as_object().into_iter().flatten();
        members
            .filter(|(name, _)| self.is_plain(shape, name))
            .filter_map(|(_, member): (_, &Value)| member["shape"].as_str())
            .all(|target| self.has_default(target, depth + 1))
    }
}

/// Values may hold secrets: only the type's name is shown.
fn debug(name: &str) -> String {
    format!(
        "impl std::fmt::Debug for {name} {{\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{\n        f.write_str({name:?})\n    }}\n}}\n"
    )
}

fn from_wire(name: &str, members: &[Field]) -> String {
    if members.is_empty() {
        return format!(
            "\nimpl FromWire for {name} {{\n    fn from_wire(value: Value) -> Result<Self, WireError> {{\n        fields(value).map(|_| Self {{}})\n    }}\n}}\n"
        );
    }
    let mut out = format!(
        "\nimpl FromWire for {name} {{\n    fn from_wire(value: Value) -> Result<Self, WireError> {{\n        let mut members = fields(value)?;\n        Ok(Self {{\n"
    );
    for field in members {
        out.push_str(&format!("            {}: take(&mut members, {:?})?,\n", field.name, field.member));
    }
    out.push_str("        })\n    }\n}\n");
    out
}

fn into_wire(name: &str, members: &[Field]) -> String {
    if members.is_empty() {
        return format!(
            "\nimpl IntoWire for {name} {{\n    fn into_wire(self) -> Value {{\n        Value::Object(Fields::new())\n    }}\n}}\n"
        );
    }
    let mut out = format!(
        "\nimpl IntoWire for {name} {{\n    fn into_wire(self) -> Value {{\n        let mut members = Fields::new();\n"
    );
    for field in members {
        out.push_str(&format!("        put(&mut members, {:?}, self.{});\n", field.member, field.name));
    }
    out.push_str("        Value::Object(members)\n    }\n}\n");
    out
}
