//! From schemas as they are written to nodes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::format::Format;
use super::{Additional, Bound, Dependency, Items, Node, Primitive, Schema};

/// Most schema objects in all that one model refers to.
const MAX_NODES: usize = 10_000;
/// Deepest nesting of a schema as it is written.
const MAX_DEPTH: usize = 100;
const MAX_REGEX_BYTES: usize = 1 << 20;

/// Why a model cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A keyword's value is not what draft 4 wants there.
    #[error("the schema's {0} is not valid")]
    Keyword(&'static str),
    /// A reference to nothing, or to itself.
    #[error("the reference {0} cannot be resolved")]
    Reference(String),
    /// A pattern that is no regular expression, or one that only backtracking can match.
    #[error("the pattern {0} is not supported")]
    Pattern(String),
    /// Too many or too deep.
    #[error("the schema is too large")]
    TooLarge,
    /// No JSON.
    #[error("the schema is no JSON object")]
    NotJson,
}

/// The models of an API by name.
#[derive(Debug, Default)]
pub struct Models(BTreeMap<String, Value>);

impl Models {
    /// Reads them; those that are no JSON count as absent.
    pub fn new<'a>(models: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let read = |(name, schema): (&str, &str)| Some((name.to_owned(), serde_json::from_str(schema).ok()?));
        Self(models.into_iter().filter_map(read).collect())
    }

    /// Compiles a model.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn compile(&self, name: &str) -> Result<Schema, SchemaError> {
        crate::compiled::note();
        let root = self.0.get(name).ok_or_else(|| SchemaError::Reference(name.to_owned()))?;
        Compiler { models: self, nodes: Vec::new(), known: HashMap::new() }.schema(name, root)
    }

    /// Compiles a schema that is no model of an API.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn compile_text(text: &str) -> Result<Schema, SchemaError> {
        let document: Value = serde_json::from_str(text).map_err(|_| SchemaError::NotJson)?;
        Self(BTreeMap::from([(String::new(), document)])).compile("")
    }
}

/// A schema object in its document.
#[derive(Clone, Copy)]
struct At<'a> {
    document: &'a str,
    value: &'a Value,
    depth: usize,
}

struct Compiler<'a> {
    models: &'a Models,
    nodes: Vec<Option<Node>>,
    /// Where schema objects went, by their address in memory.
    known: HashMap<*const Value, usize>,
}

type Compiled<T> = Result<T, SchemaError>;

impl<'a> Compiler<'a> {
    fn schema(mut self, name: &'a str, root: &'a Value) -> Compiled<Schema> {
        let root = self.node(At { document: name, value: root, depth: 0 })?;
        self.check_references()?;
        let nodes: Vec<Node> = self.nodes.into_iter().flatten().collect();
        Ok(Schema { nodes: Arc::from(nodes), root })
    }

    /// A reference that leads to itself says nothing and would never end.
    fn check_references(&self) -> Compiled<()> {
        for start in &self.nodes {
            let mut at = start.as_ref().and_then(|node| node.reference);
            let mut hops = 0;
            while let Some(next) = at {
                hops += 1;
                if hops > self.nodes.len() {
                    return Err(SchemaError::Reference("to itself".to_owned()));
                }
                at = self.nodes.get(next).and_then(Option::as_ref).and_then(|node| node.reference);
            }
        }
        Ok(())
    }

    fn node(&mut self, at: At<'a>) -> Compiled<usize> {
        if let Some(known) = self.known.get(&std::ptr::from_ref(at.value)) {
            return Ok(*known);
        }
        if self.nodes.len() >= MAX_NODES || at.depth > MAX_DEPTH {
            return Err(SchemaError::TooLarge);
        }
        let place = self.nodes.len();
        self.nodes.push(None);
        self.known.insert(std::ptr::from_ref(at.value), place);
        let members = at.value.as_object().ok_or(SchemaError::NotJson)?;
        let node = match members.get("$ref") {
            Some(Value::String(reference)) => {
                Node { reference: Some(self.reference(at, reference)?), ..Node::default() }
            }
            _ => self.rules(at, members)?,
        };
        if let Some(slot) = self.nodes.get_mut(place) {
            *slot = Some(node);
        }
        Ok(place)
    }

    fn reference(&mut self, at: At<'a>, reference: &str) -> Compiled<usize> {
        let unresolved = || SchemaError::Reference(reference.chars().take(200).collect());
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let models: &'a Models = self.models;
        let (document, root) = if address.is_empty() {
            models.0.get_key_value(at.document)
        } else {
            models.0.get_key_value(model_name(address).ok_or_else(unresolved)?)
        }
        .ok_or_else(unresolved)?;
        let fragment = percent_encoding::percent_decode_str(fragment).decode_utf8_lossy();
        let value = root.pointer(&fragment).ok_or_else(unresolved)?;
        self.node(At { document, value, depth: at.depth + 1 })
    }

    fn rules(&mut self, at: At<'a>, members: &'a Map<String, Value>) -> Compiled<Node> {
        let mut node = Node { types: types(members)?, ..Node::default() };
        node.one_of_values = match members.get("enum") {
            Some(Value::Array(values)) => Some(values.clone()),
            Some(_) => return Err(SchemaError::Keyword("enum")),
            None => None,
        };
        numbers(&mut node, members)?;
        texts(&mut node, members)?;
        self.array(&mut node, at, members)?;
        self.object(&mut node, at, members)?;
        node.all_of = self.list(at, members, "allOf")?;
        node.any_of = self.list(at, members, "anyOf")?;
        node.one_of = self.list(at, members, "oneOf")?;
        node.not = members.get("not").map(|value| self.under(at, value)).transpose()?;
        Ok(node)
    }

    fn under(&mut self, at: At<'a>, value: &'a Value) -> Compiled<usize> {
        self.node(At { value, depth: at.depth + 1, ..at })
    }

    fn list(&mut self, at: At<'a>, members: &'a Map<String, Value>, keyword: &'static str) -> Compiled<Vec<usize>> {
        match members.get(keyword) {
            Some(Value::Array(all)) => all.iter().map(|value| self.under(at, value)).collect(),
            Some(_) => Err(SchemaError::Keyword(keyword)),
            None => Ok(Vec::new()),
        }
    }

    fn additional(&mut self, at: At<'a>, value: Option<&'a Value>) -> Compiled<Additional> {
        Ok(match value {
            None | Some(Value::Bool(true)) => Additional::Any,
            Some(Value::Bool(false)) => Additional::None,
            Some(schema) => Additional::Each(self.under(at, schema)?),
        })
    }

    fn array(&mut self, node: &mut Node, at: At<'a>, members: &'a Map<String, Value>) -> Compiled<()> {
        node.array.items = match members.get("items") {
            Some(Value::Array(all)) => {
                let tuple: Compiled<Vec<usize>> = all.iter().map(|value| self.under(at, value)).collect();
                Items::Tuple(tuple?, self.additional(at, members.get("additionalItems"))?)
            }
            Some(schema) => Items::Each(self.under(at, schema)?),
            None => Items::Any,
        };
        node.array.max_items = count(members, "maxItems")?;
        node.array.min_items = count(members, "minItems")?;
        node.array.unique = members.get("uniqueItems") == Some(&Value::Bool(true));
        Ok(())
    }

    fn object(&mut self, node: &mut Node, at: At<'a>, members: &'a Map<String, Value>) -> Compiled<()> {
        for (name, value) in map(members, "properties")? {
            let schema = self.under(at, value)?;
            node.object.properties.insert(name.clone(), schema);
        }
        for (source, value) in map(members, "patternProperties")? {
            let schema = self.under(at, value)?;
            node.object.patterns.push((pattern(source)?, schema));
        }
        node.object.additional = self.additional(at, members.get("additionalProperties"))?;
        node.object.required = match members.get("required") {
            // Draft 3 wrote it at the property; API Gateway's validator lets that pass.
            Some(Value::Bool(_)) | None => Vec::new(),
            Some(value) => names(value).ok_or(SchemaError::Keyword("required"))?,
        };
        node.object.max_properties = count(members, "maxProperties")?;
        node.object.min_properties = count(members, "minProperties")?;
        for (name, value) in map(members, "dependencies")? {
            let dependency = match names(value) {
                Some(names) => Dependency::Names(names),
                None => Dependency::Schema(self.under(at, value)?),
            };
            node.object.dependencies.push((name.clone(), dependency));
        }
        Ok(())
    }
}

/// The model that `https://apigateway.amazonaws.com/restapis/{id}/models/{name}` names. Whose API the address names is
/// not looked at: a model only ever refers to its own API's, and a copy of an API keeps the addresses of the first.
fn model_name(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://apigateway.amazonaws.com/restapis/")?;
    let (_, name) = rest.split_once("/models/")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

fn types(members: &Map<String, Value>) -> Compiled<Vec<Primitive>> {
    let invalid = || SchemaError::Keyword("type");
    match members.get("type") {
        None => Ok(Vec::new()),
        Some(Value::String(name)) => Ok(vec![Primitive::parse(name).ok_or_else(invalid)?]),
        Some(Value::Array(all)) => {
            let each = |value: &Value| value.as_str().and_then(Primitive::parse).ok_or_else(invalid);
            all.iter().map(each).collect()
        }
        Some(_) => Err(invalid()),
    }
}

fn numbers(node: &mut Node, members: &Map<String, Value>) -> Compiled<()> {
    node.number.multiple_of = number(members, "multipleOf")?;
    if node.number.multiple_of.is_some_and(|value| value <= 0.0) {
        return Err(SchemaError::Keyword("multipleOf"));
    }
    let exclusive = |keyword: &str| members.get(keyword) == Some(&Value::Bool(true));
    let bound = |value: Option<f64>, exclusive: bool| value.map(|value| Bound { value, exclusive });
    node.number.maximum = bound(number(members, "maximum")?, exclusive("exclusiveMaximum"));
    node.number.minimum = bound(number(members, "minimum")?, exclusive("exclusiveMinimum"));
    Ok(())
}

fn texts(node: &mut Node, members: &Map<String, Value>) -> Compiled<()> {
    node.text.max_length = count(members, "maxLength")?;
    node.text.min_length = count(members, "minLength")?;
    node.text.pattern = match members.get("pattern") {
        Some(Value::String(source)) => Some((source.clone(), pattern(source)?)),
        Some(_) => return Err(SchemaError::Keyword("pattern")),
        None => None,
    };
    // Formats that nobody knows pass, as draft 4 has it.
    node.text.format = members.get("format").and_then(Value::as_str).and_then(Format::parse);
    Ok(())
}

fn number(members: &Map<String, Value>, keyword: &'static str) -> Compiled<Option<f64>> {
    members.get(keyword).map(|value| value.as_f64().ok_or(SchemaError::Keyword(keyword))).transpose()
}

fn count(members: &Map<String, Value>, keyword: &'static str) -> Compiled<Option<u64>> {
    let whole = |value: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "not negative, and floats saturate"
        )]
        (value >= 0.0 && value.fract() == 0.0).then_some(value as u64)
    };
    number(members, keyword)?.map(|value| whole(value).ok_or(SchemaError::Keyword(keyword))).transpose()
}

fn map<'a>(
    members: &'a Map<String, Value>,
    keyword: &'static str,
) -> Compiled<impl Iterator<Item = (&'a String, &'a Value)>> {
    match members.get(keyword) {
        None => Ok(None.into_iter().flatten()),
        Some(Value::Object(all)) => Ok(Some(all.iter()).into_iter().flatten()),
        Some(_) => Err(SchemaError::Keyword(keyword)),
    }
}

fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}

fn pattern(source: &str) -> Compiled<Regex> {
    let built = RegexBuilder::new(source).size_limit(MAX_REGEX_BYTES).dfa_size_limit(MAX_REGEX_BYTES).build();
    built.map_err(|_| SchemaError::Pattern(source.chars().take(200).collect()))
}
