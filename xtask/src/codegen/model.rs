//! A service model as botocore writes it, with the questions that the emitters ask.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::names;
use crate::Outcome;

/// One service's model.
pub struct Model {
    /// Folder name: `cognito-idp`.
    pub name: String,
    json: Value,
    /// Name of each shape's static.
    statics: BTreeMap<String, String>,
    /// Name of the Rust type of each structure and enumeration.
    types: BTreeMap<String, String>,
    /// Blobs that stay streams.
    streaming: BTreeSet<String>,
}

impl Model {
    /// Reads the model and settles all names.
    pub fn new(name: &str, json: Value) -> Outcome<Self> {
        let shapes = json["shapes"].as_object().ok_or("a model without shapes")?;
        let statics = names::unique(shapes.keys(), names::screaming);
        let typed = shapes.iter().filter(|(_, body)| is_typed(body)).map(|(name, _)| name);
        let types = names::unique(typed, names::type_name);
        let streaming = streaming(shapes);
        Ok(Self { name: name.to_owned(), statics, types, streaming, json })
    }

    /// A string of the metadata.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.json["metadata"][key].as_str()
    }

    /// Namespace of the service's XML: the metadata's, else the one that its members name (S3).
    pub fn xml_namespace(&self) -> Option<&str> {
        self.metadata("xmlNamespace").or_else(|| {
            let structures = self.shapes().values().filter_map(|shape| shape["members"].as_object());
            structures.flat_map(Map::values).find_map(|member| member["xmlNamespace"]["uri"].as_str())
        })
    }

    /// Operations sorted by name.
    pub fn operations(&self) -> BTreeMap<&str, &Value> {
        let all = self.json["operations"].as_object();
        all.into_iter().flatten().map(|(name, body)| (name.as_str(), body)).collect()
    }

    fn shapes(&self) -> &Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.json["shapes"].as_object().unwrap_or(&NONE)
    }

    /// A shape's body.
    pub fn shape(&self, name: &str) -> &Value {
        &self.json["shapes"][name]
    }

    /// Names of the error shapes, sorted.
    pub fn errors(&self) -> BTreeSet<&str> {
        let all = self.shapes().iter().filter(|(_, body)| body["exception"].as_bool() == Some(true));
        all.map(|(name, _)| name.as_str()).collect()
    }

    /// Name of a shape's static.
    pub fn static_name(&self, shape: &str) -> &str {
        self.statics.get(shape).map_or("", String::as_str)
    }

    /// Name of the Rust type of a structure or enumeration.
    pub fn type_name(&self, shape: &str) -> &str {
        self.types.get(shape).map_or("", String::as_str)
    }

    /// Whether a blob stays a stream.
    pub fn is_streaming(&self, shape: &str) -> bool {
        self.streaming.contains(shape) || self.shape(shape)["streaming"].as_bool() == Some(true)
    }

    /// Shapes of the operations' requests or answers, by `"input"` or `"output"`.
    pub fn roots(&self, side: &str) -> BTreeSet<&str> {
        self.operations().values().filter_map(|body| body[side]["shape"].as_str()).collect()
    }

    /// All shapes that can be reached from some, those included.
    pub fn reachable<'a>(&'a self, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut open: Vec<&str> = from.into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if seen.insert(name) {
                open.extend(neighbours(self.shape(name)));
            }
        }
        seen
    }
}

/// Whether a shape becomes a Rust type of its own.
fn is_typed(body: &Value) -> bool {
    is_structure(body) || !body["enum"].is_null()
}

/// Whether a shape is a structure with members of its own (a document is not).
pub fn is_structure(body: &Value) -> bool {
    body["type"] == "structure" && body["document"].as_bool() != Some(true)
}

/// Shapes that a shape names.
pub fn neighbours(body: &Value) -> Vec<&str> {
    let members = body["members"].as_object().into_iter().flat_map(Map::values);
    let items = ["member", "key", "value"].into_iter().map(|part| &body[part]);
    members.chain(items).filter_map(|reference| reference["shape"].as_str()).collect()
}

fn streaming(shapes: &Map<String, Value>) -> BTreeSet<String> {
    let members = shapes.values().filter_map(|shape| shape["members"].as_object()).flat_map(Map::values);
    let streams = members.filter(|member| member["streaming"].as_bool() == Some(true));
    streams.filter_map(|member| member["shape"].as_str()).map(str::to_owned).collect()
}
