//! An API's models as types: what of a JSON schema a programming language can say.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::too_large;
use crate::entity::Model;
use crate::error::Result;

/// Deepest schema that is looked into.
const MAX_DEPTH: usize = 16;
/// Most members over all models.
const MAX_MEMBERS: usize = 20_000;
/// Longest name of a type within a type, in bytes.
const MAX_HINT: usize = 200;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Integer,
    Long,
    Number,
    Boolean,
    /// Whatever JSON can say.
    Any,
    List(Box<Kind>),
    /// By its place in [`Models::records`].
    Record(usize),
}

/// A type with members.
#[derive(Debug)]
pub struct Record {
    /// Of the model, or of the member it describes; not yet an identifier.
    pub name: String,
    /// Names as JSON has them.
    pub members: Vec<(String, Kind)>,
}

/// All types of an API.
#[derive(Debug, Default)]
pub struct Models {
    pub records: Vec<Record>,
    named: BTreeMap<String, Kind>,
    members: usize,
}

/// Where one model is being read.
struct Place<'m> {
    definitions: Option<&'m Map<String, Value>>,
    /// Definitions that have become types.
    local: BTreeMap<String, Kind>,
}

impl Models {
    /// Reads models. A schema that is none describes anything.
    pub fn read(models: &[Model]) -> Result<Models> {
        let mut found = Models::default();
        let mut models: Vec<&Model> = models.iter().collect();
        models.sort_by(|left, right| left.name.cmp(&right.name));
        let schemas: Vec<(&str, Value)> = models
            .into_iter()
            .map(|model| {
                let schema = model.schema.as_deref().and_then(|schema| serde_json::from_str(schema).ok());
                (model.name.as_str(), schema.unwrap_or(Value::Null))
            })
            .collect();
        for (name, schema) in schemas.iter().filter(|(_, schema)| is_object(schema)) {
            let record = found.record(name);
            found.named.insert((*name).to_owned(), record);
            let _ = schema;
        }
        for (name, schema) in schemas.iter().filter(|(_, schema)| !is_object(schema)) {
            let kind = found.kind_of(schema, name, 0, &mut Place::of(schema))?;
            found.named.insert((*name).to_owned(), kind);
        }
        for (name, schema) in &schemas {
            if let (true, Some(Kind::Record(at))) = (is_object(schema), found.named.get(*name).cloned()) {
                found.fill(at, schema, name, 0, &mut Place::of(schema))?;
            }
        }
        Ok(found)
    }

    /// The type that a model stands for.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.named.get(name).cloned()
    }

    fn record(&mut self, name: &str) -> Kind {
        self.records.push(Record { name: name.to_owned(), members: Vec::new() });
        Kind::Record(self.records.len() - 1)
    }

    fn fill(&mut self, at: usize, schema: &Value, name: &str, depth: usize, place: &mut Place<'_>) -> Result<()> {
        let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let mut members: BTreeMap<String, Kind> = BTreeMap::new();
        for properties in parts.chain([schema]).filter_map(|part| part.get("properties")?.as_object()) {
            for (key, schema) in properties {
                self.members += 1;
                if self.members > MAX_MEMBERS {
                    return Err(too_large());
                }
                let kind = self.kind_of(schema, &hint(name, key), depth + 1, place)?;
                members.insert(key.clone(), kind);
            }
        }
        if let Some(record) = self.records.get_mut(at) {
            record.members = members.into_iter().collect();
        }
        Ok(())
    }

    fn kind_of(&mut self, schema: &Value, name: &str, depth: usize, place: &mut Place<'_>) -> Result<Kind> {
        if depth > MAX_DEPTH {
            return Ok(Kind::Any);
        }
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.referred(reference, depth, place);
        }
        let kinds = schema.get("type");
        let kind = kinds
            .and_then(Value::as_str)
            .or_else(|| kinds.and_then(Value::as_array)?.iter().filter_map(Value::as_str).find(|kind| *kind != "null"));
        let long = schema.get("format").and_then(Value::as_str) == Some("int64");
        Ok(match kind {
            Some("string") => Kind::Text,
            Some("integer") if long => Kind::Long,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Boolean,
            Some("array") => {
                let item = schema.get("items").unwrap_or(&Value::Null);
                Kind::List(Box::new(self.kind_of(item, &hint(name, "Item"), depth + 1, place)?))
            }
            _ if schema.get("properties").is_some() || schema.get("allOf").is_some() => {
                let record = self.record(name);
                if let Kind::Record(at) = record {
                    self.fill(at, schema, name, depth, place)?;
                }
                record
            }
            _ => Kind::Any,
        })
    }

    fn referred(&mut self, reference: &str, depth: usize, place: &mut Place<'_>) -> Result<Kind> {
        if let Some((_, name)) = reference.split_once("/models/") {
            return Ok(self.named.get(name).cloned().unwrap_or(Kind::Any));
        }
        let Some(name) = reference.strip_prefix("#/definitions/") else { return Ok(Kind::Any) };
        if let Some(kind) = place.local.get(name) {
            return Ok(kind.clone());
        }
        let Some(schema) = place.definitions.and_then(|definitions| definitions.get(name)) else {
            return Ok(Kind::Any);
        };
        if !is_object(schema) {
            // One that refers to itself is anything.
            place.local.insert(name.to_owned(), Kind::Any);
            let kind = self.kind_of(schema, name, depth + 1, place)?;
            place.local.insert(name.to_owned(), kind.clone());
            return Ok(kind);
        }
        let record = self.record(name);
        place.local.insert(name.to_owned(), record.clone());
        if let Kind::Record(at) = record {
            self.fill(at, schema, name, depth + 1, place)?;
        }
        Ok(record)
    }
}

impl<'m> Place<'m> {
    fn of(schema: &'m Value) -> Place<'m> {
        Place { definitions: schema.get("definitions").and_then(Value::as_object), local: BTreeMap::new() }
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
        || (schema.get("type").is_none() && (schema.get("properties").is_some() || schema.get("allOf").is_some()))
}

fn hint(name: &str, member: &str) -> String {
    name.chars().chain([' ']).chain(member.chars()).take(MAX_HINT).collect()
}
