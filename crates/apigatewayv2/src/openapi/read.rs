//! From a document to entities. Nothing is judged here but the document's own shape.

use std::collections::{BTreeMap, BTreeSet};

use model_apigatewayv2 as model;
use serde_json::{Map, Value};

use super::{integration, security};
use crate::entity::{Authorizer, Integration, Route, TextMap};

/// Longest chain of references from one to the next.
const MAX_REFERENCES: usize = 16;
/// Extensions that are read; the others are told in warnings.
const KNOWN: [&str; 9] = [
    "x-amazon-apigateway-any-method",
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-integrations",
    "x-amazon-apigateway-authorizer",
    "x-amazon-apigateway-authtype",
    "x-amazon-apigateway-cors",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-tag-value",
];
/// Verbs of a path.
const METHODS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("patch", "PATCH"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// What becomes of a document's base path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasePath {
    /// It is left out.
    #[default]
    Ignore,
    /// It stands before every path.
    Prepend,
    /// Its first part is left out, the rest stands before every path.
    Split,
}

/// What a document says.
#[derive(Clone, Debug, Default)]
pub struct Definition {
    /// Title.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Free text.
    pub version: Option<String>,
    /// What browsers are told.
    pub cors: Option<model::Cors>,
    /// Whether the default endpoint is closed.
    pub disable_execute_api_endpoint: Option<bool>,
    /// Names and values.
    pub tags: TextMap,
    /// Routes.
    pub routes: Vec<Route>,
    /// What is behind them.
    pub integrations: Vec<Integration>,
    /// Who may call.
    pub authorizers: Vec<Authorizer>,
    /// What was left out.
    pub warnings: Vec<String>,
    /// Why the document is none that can be imported.
    pub errors: Vec<String>,
}

/// A document that is being read.
pub(super) struct Reader<'a> {
    pub document: &'a Value,
    pub definition: Definition,
    /// Integrations that are defined once, by name.
    pub shared: BTreeMap<String, String>,
    /// What security schemes stand for, by name.
    pub schemes: BTreeMap<String, security::Scheme>,
    pub new_id: &'a dyn Fn(usize) -> String,
}

/// A member that is text.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// Members of an object, none where it is none.
pub(super) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Texts of a list, or the parts of a text with commas between.
pub(super) fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value? {
        Value::Array(list) => Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::String(list) => Some(list.split(',').map(|one| one.trim().to_owned()).collect()),
        _ => None,
    }
}

/// Reads a document.
pub fn read(document: &Value, base_path: BasePath, new_id: &dyn Fn(usize) -> String) -> Definition {
    let mut reader = Reader {
        document,
        definition: Definition::default(),
        shared: BTreeMap::new(),
        schemes: BTreeMap::new(),
        new_id,
    };
    if !text(document, "openapi").is_some_and(|version| version.starts_with("3.")) {
        reader.definition.errors.push("Invalid OpenAPI input. HTTP APIs are imported from OpenAPI 3.0".to_owned());
        return reader.definition;
    }
    reader.read_api();
    reader.read_schemes();
    let prefix = reader.prefix(base_path);
    reader.read_paths(&prefix);
    reader.definition
}

impl<'a> Reader<'a> {
    fn read_api(&mut self) {
        let document = self.document;
        let info = document.get("info").unwrap_or(&Value::Null);
        match text(info, "title") {
            Some(title) if !title.is_empty() => title.clone_into(&mut self.definition.name),
            _ => self.definition.errors.push("The document has no title".to_owned()),
        }
        self.definition.description = text(info, "description").map(str::to_owned);
        self.definition.version = text(info, "version").map(str::to_owned).filter(|version| !version.is_empty());
        self.definition.cors = document.get("x-amazon-apigateway-cors").map(cors);
        for tag in document.get("tags").and_then(Value::as_array).into_iter().flatten() {
            if let (Some(name), Some(value)) = (text(tag, "name"), text(tag, "x-amazon-apigateway-tag-value")) {
                self.definition.tags.insert(name.to_owned(), value.to_owned());
            }
        }
        let configured = self.endpoint_configuration().and_then(|found| found.get("disableExecuteApiEndpoint"));
        self.definition.disable_execute_api_endpoint = configured.and_then(Value::as_bool);
        self.warn_of_strangers(document, "the document");
    }

    fn endpoint_configuration(&self) -> Option<&'a Value> {
        const NAME: &str = "x-amazon-apigateway-endpoint-configuration";
        let servers = self.document.get("servers").and_then(Value::as_array);
        let of_server = servers.and_then(|servers| servers.iter().find_map(|server| server.get(NAME)));
        of_server.or_else(|| self.document.get(NAME))
    }

    /// Extensions that HTTP APIs do not know.
    fn warn_of_strangers(&mut self, value: &Value, place: &str) {
        for (name, _) in members(Some(value)) {
            if name.starts_with("x-amazon-apigateway-") && !KNOWN.contains(&name.as_str()) {
                self.definition
                    .warnings
                    .push(format!("{name} in {place} is not supported for HTTP APIs and was ignored"));
            }
        }
    }

    /// What a value is once its references within the document are followed.
    pub(super) fn resolve<'v>(&mut self, value: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        let mut found = value;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = text(found, "$ref") else { return found };
            let pointer = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer));
            let Some(next) = pointer else {
                self.definition.errors.push(format!("Unable to resolve reference {reference:.200}"));
                return &Value::Null;
            };
            found = next;
        }
        self.definition.errors.push("A chain of references is too long".to_owned());
        &Value::Null
    }

    /// What stands before every path.
    fn prefix(&self, mode: BasePath) -> String {
        let server = self.document.pointer("/servers/0");
        let url = server.and_then(|server| text(server, "url")).unwrap_or_default();
        let mut path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default().to_owned(),
            None => url.to_owned(),
        };
        for (name, variable) in members(server.and_then(|server| server.get("variables"))) {
            let default = text(variable, "default").unwrap_or_default();
            path = path.replace(&format!("{{{name}}}"), default.trim_matches('/'));
        }
        let path = path.trim_matches('/');
        let kept = match mode {
            BasePath::Ignore => "",
            BasePath::Prepend => path,
            BasePath::Split => path.split_once('/').map_or("", |(_, rest)| rest),
        };
        if kept.is_empty() { String::new() } else { format!("/{kept}") }
    }

    fn read_paths(&mut self, prefix: &str) {
        let document = self.document;
        let mut seen = BTreeSet::new();
        for (path, item) in members(document.get("paths")) {
            let item = self.resolve(item);
            for (member, method) in METHODS {
                let Some(operation) = item.get(member) else { continue };
                let default = ["/$default", "$default"].contains(&path.as_str());
                let key = match (default, method) {
                    (true, "ANY") => "$default".to_owned(),
                    (true, _) => {
                        let only = "has only x-amazon-apigateway-any-method";
                        self.definition.errors.push(format!("{path} {only}: {member} was found"));
                        continue;
                    }
                    (false, _) => format!("{method} {prefix}{path}"),
                };
                if seen.insert(key.clone()) {
                    self.read_operation(key, operation);
                }
            }
            if item.get("trace").is_some() {
                self.definition
                    .warnings
                    .push(format!("trace of {path} is not supported for HTTP APIs and was ignored"));
            }
        }
    }

    fn read_operation(&mut self, key: String, operation: &'a Value) {
        self.warn_of_strangers(operation, &key);
        let mut route = Route {
            id: (self.new_id)(7),
            operation_name: text(operation, "operationId").map(str::to_owned),
            authorization_type: "NONE".to_owned(),
            ..Route::default()
        };
        if let Some(found) = operation.get("x-amazon-apigateway-integration") {
            let id = self.integration(&key, found);
            route.target = id.map(|id| format!("integrations/{id}"));
        } else {
            self.definition.warnings.push(format!("{key} has no integration"));
        }
        let security = operation.get("security").or_else(|| self.document.get("security"));
        self.secure(&mut route, &key, security);
        route.key = key;
        self.definition.routes.push(route);
    }

    /// The id of an integration; one that is defined once is made once.
    fn integration(&mut self, key: &str, found: &'a Value) -> Option<String> {
        let reference = text(found, "$ref").map(str::to_owned);
        if let Some(id) = reference.as_ref().and_then(|reference| self.shared.get(reference)) {
            return Some(id.clone());
        }
        let resolved = self.resolve(found);
        let id = (self.new_id)(7);
        match integration::read(id.clone(), resolved) {
            Ok(integration) => {
                self.definition.integrations.push(integration);
                if let Some(reference) = reference {
                    self.shared.insert(reference, id.clone());
                }
                Some(id)
            }
            Err(why) => {
                self.definition.errors.push(format!("Unable to create integration of route {key}: {why}"));
                None
            }
        }
    }
}

/// `x-amazon-apigateway-cors`.
fn cors(value: &Value) -> model::Cors {
    let maximum = value.get("maxAge").and_then(Value::as_i64).map(|age| i32::try_from(age).unwrap_or(i32::MAX));
    model::Cors {
        allow_credentials: value.get("allowCredentials").and_then(Value::as_bool),
        allow_headers: texts(value.get("allowHeaders")),
        allow_methods: texts(value.get("allowMethods")),
        allow_origins: texts(value.get("allowOrigins")),
        expose_headers: texts(value.get("exposeHeaders")),
        max_age: maximum,
    }
}

/// Texts of an object.
pub(super) fn text_map(value: Option<&Value>) -> TextMap {
    let pairs = value.and_then(Value::as_object).map(Map::iter).into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.clone(), scalar(value)?))).collect()
}

/// Text, or what YAML took for a number or a truth value.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
