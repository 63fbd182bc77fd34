//! Models: JSON Schema, draft 4, as "Data models for REST APIs" has it. Compiled once; references between models of an
//! API are resolved then, and nothing is ever fetched. Judging a body is bounded in steps and depth, and its sentences are
//! those of the validator that API Gateway uses.

mod compile;
mod equal;
mod format;
mod judge;
mod message;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use regex::Regex;
use serde_json::Value;

pub use compile::{Models, SchemaError};

/// A compiled schema with everything it refers to.
#[derive(Clone, Debug)]
pub struct Schema {
    nodes: Arc<[Node]>,
    root: usize,
}

/// One schema object; others are named by their place in the list, so that cycles are no matter.
#[derive(Debug, Default)]
struct Node {
    /// Stands for another, whatever else it says.
    reference: Option<usize>,
    types: Vec<Primitive>,
    one_of_values: Option<Vec<Value>>,
    number: NumberRules,
    text: TextRules,
    array: ArrayRules,
    object: ObjectRules,
    all_of: Vec<usize>,
    any_of: Vec<usize>,
    one_of: Vec<usize>,
    not: Option<usize>,
}

#[derive(Debug, Default)]
struct NumberRules {
    multiple_of: Option<f64>,
    maximum: Option<Bound>,
    minimum: Option<Bound>,
}

#[derive(Clone, Copy, Debug)]
struct Bound {
    value: f64,
    exclusive: bool,
}

#[derive(Debug, Default)]
struct TextRules {
    max_length: Option<u64>,
    min_length: Option<u64>,
    pattern: Option<(String, Regex)>,
    format: Option<format::Format>,
}

#[derive(Debug, Default)]
struct ArrayRules {
    items: Items,
    max_items: Option<u64>,
    min_items: Option<u64>,
    unique: bool,
}

#[derive(Debug, Default)]
enum Items {
    #[default]
    Any,
    Each(usize),
    Tuple(Vec<usize>, Additional),
}

#[derive(Clone, Copy, Debug, Default)]
enum Additional {
    #[default]
    Any,
    None,
    Each(usize),
}

#[derive(Debug, Default)]
struct ObjectRules {
    properties: HashMap<String, usize>,
    patterns: Vec<(Regex, usize)>,
    additional: Additional,
    required: Vec<String>,
    max_properties: Option<u64>,
    min_properties: Option<u64>,
    dependencies: Vec<(String, Dependency)>,
}

#[derive(Debug)]
enum Dependency {
    Names(Vec<String>),
    Schema(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Primitive {
    Array,
    Boolean,
    Integer,
    Null,
    Number,
    Object,
    String,
}

impl Primitive {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "array" => Self::Array,
            "boolean" => Self::Boolean,
            "integer" => Self::Integer,
            "null" => Self::Null,
            "number" => Self::Number,
            "object" => Self::Object,
            "string" => Self::String,
            _ => return None,
        })
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Null => "null",
            Self::Number => "number",
            Self::Object => "object",
            Self::String => "string",
        }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}
