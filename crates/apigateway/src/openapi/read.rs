//! From a document to the calls that build its API. Nothing is called here: what comes out is plain values, and what
//! could not be understood is told in warnings and errors.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::method::MethodPlan;

/// Longest chain of references from one to the next.
const MAX_REFERENCES: usize = 16;

/// What to call, in this order.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// CreateRestApi.
    pub api: Map<String, Value>,
    /// CreateModel, those first that others refer to.
    pub models: Vec<Value>,
    /// CreateAuthorizer.
    pub authorizers: Vec<Value>,
    /// CreateRequestValidator.
    pub validators: Vec<Value>,
    /// PutGatewayResponse.
    pub gateway_responses: Vec<Value>,
    /// Paths, each before those under it.
    pub paths: Vec<String>,
    /// Methods with all that belongs to them.
    pub methods: Vec<MethodPlan>,
    /// CreateDocumentationPart.
    pub parts: Vec<Value>,
    /// What was left out.
    pub warnings: Vec<String>,
    /// Why the document is none that can be imported.
    pub errors: Vec<String>,
}

/// What becomes of a document's base path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasePathMode {
    /// It stands for the stage and is left out.
    #[default]
    Ignore,
    /// It stands before every path.
    Prepend,
    /// Its first part stands for the stage, the rest before every path.
    Split,
}

/// Whether documentation is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Documentation {
    /// It is.
    #[default]
    Read,
    /// `ignore=documentation`.
    Ignored,
}

/// How to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// `basepath=`.
    pub base_path: BasePathMode,
    /// `ignore=`.
    pub documentation: Documentation,
}

/// A document that is being read.
pub struct Reader<'a> {
    /// The whole.
    pub document: &'a Value,
    /// What was found.
    pub plan: Plan,
    /// Inline schemas by their text, and the names of the models made for them.
    pub inline: BTreeMap<String, String>,
}

/// Reads a document.
pub fn read(document: &Value, options: Options) -> Plan {
    let mut reader = Reader { document, plan: Plan::default(), inline: BTreeMap::new() };
    let v2 = text(document, "swagger").is_some_and(|version| version == "2.0")
        || document.get("swagger").and_then(Value::as_f64) == Some(2.0);
    let v3 = text(document, "openapi").is_some_and(|version| version.starts_with("3."));
    if !v2 && !v3 {
        reader.plan.errors.push("Invalid OpenAPI input.".to_owned());
        return reader.plan;
    }
    reader.read_api();
    reader.read_models();
    reader.plan.authorizers = reader.authorizers();
    reader.read_validators();
    reader.read_gateway_responses();
    reader.read_paths(&reader.prefix(options.base_path));
    if options.documentation == Documentation::Read {
        reader.read_documentation();
    } else {
        reader.plan.parts.clear();
    }
    reader.plan
}

/// A member that is text.
pub fn text<'v>(value: &'v Value, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// Members of an object, none where it is none.
pub fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

impl<'a> Reader<'a> {
    /// Whether this is Swagger 2.0.
    pub fn is_v2(&self) -> bool {
        self.document.get("swagger").is_some()
    }

    /// What a value is once its references within the document are followed.
    pub fn resolve<'v>(&mut self, value: &'v Value) -> &'v Value
    where
        'a: 'v,
    {
        let mut value = value;
        for _ in 0..MAX_REFERENCES {
            let Some(reference) = text(value, "$ref") else { return value };
            let Some(found) = reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer)) else {
                self.plan.errors.push(format!("Unable to resolve the reference {reference:.200}"));
                return &Value::Null;
            };
            value = found;
        }
        self.plan.errors.push("References refer to each other".to_owned());
        &Value::Null
    }

    fn read_api(&mut self) {
        let info = self.document.get("info").unwrap_or(&Value::Null);
        let mut api = Map::new();
        match text(info, "title") {
            Some(title) if !title.is_empty() => {
                api.insert("name".to_owned(), title.into());
            }
            _ => self.plan.errors.push("Invalid OpenAPI input. The title must be specified".to_owned()),
        }
        if let Some(description) = text(info, "description").filter(|text| !text.is_empty()) {
            api.insert("description".to_owned(), description.into());
        }
        match info.get("version") {
            Some(Value::String(version)) => {
                api.insert("version".to_owned(), version.as_str().into());
            }
            Some(version @ Value::Number(_)) => {
                api.insert("version".to_owned(), version.to_string().into());
            }
            _ => {}
        }
        for (extension, member) in [
            ("x-amazon-apigateway-binary-media-types", "binaryMediaTypes"),
            ("x-amazon-apigateway-minimum-compression-size", "minimumCompressionSize"),
            ("x-amazon-apigateway-api-key-source", "apiKeySource"),
            ("x-amazon-apigateway-security-policy", "securityPolicy"),
            ("x-amazon-apigateway-endpoint-access-mode", "endpointAccessMode"),
        ] {
            if let Some(value) = self.document.get(extension).filter(|value| !value.is_null()) {
                api.insert(member.to_owned(), value.clone());
            }
        }
        if let Some(policy) = self.document.get("x-amazon-apigateway-policy").filter(|policy| policy.is_object()) {
            api.insert("policy".to_owned(), policy.to_string().into());
        }
        self.read_endpoint(&mut api);
        let tags: Map<String, Value> = list(self.document.get("tags"))
            .filter_map(|tag| {
                let value = text(tag, "x-amazon-apigateway-tag-value")?;
                Some((text(tag, "name")?.to_owned(), value.into()))
            })
            .collect();
        if !tags.is_empty() {
            api.insert("tags".to_owned(), Value::Object(tags));
        }
        self.plan.api = api;
    }

    /// At the root in OpenAPI 2, at a server in OpenAPI 3; both are read from either place.
    fn read_endpoint(&mut self, api: &mut Map<String, Value>) {
        const NAME: &str = "x-amazon-apigateway-endpoint-configuration";
        let at_server = list(self.document.get("servers")).find_map(|server| server.get(NAME));
        let Some(endpoint) = self.document.get(NAME).or(at_server) else { return };
        if let Some(disabled) = endpoint.get("disableExecuteApiEndpoint").and_then(Value::as_bool) {
            api.insert("disableExecuteApiEndpoint".to_owned(), disabled.into());
        }
        let mut configuration = Map::new();
        for member in ["types", "vpcEndpointIds", "ipAddressType"] {
            if let Some(value) = endpoint.get(member) {
                configuration.insert(member.to_owned(), value.clone());
            }
        }
        if !configuration.is_empty() {
            api.insert("endpointConfiguration".to_owned(), Value::Object(configuration));
        }
    }

    fn prefix(&self, mode: BasePathMode) -> String {
        let server = list(self.document.get("servers")).next();
        let of_server = || {
            let variable = server?.pointer("/variables/basePath/default").and_then(Value::as_str);
            variable.or_else(|| {
                let (_, rest) = text(server?, "url")?.split_once("://")?;
                rest.find('/').and_then(|at| rest.get(at..))
            })
        };
        let base = text(self.document, "basePath").or_else(of_server).unwrap_or_default();
        let parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
        let kept = match mode {
            BasePathMode::Ignore => &[],
            BasePathMode::Prepend => parts.as_slice(),
            BasePathMode::Split => parts.get(1..).unwrap_or_default(),
        };
        kept.iter().map(|part| format!("/{part}")).collect()
    }

    fn read_validators(&mut self) {
        for (name, validator) in members(self.document.get("x-amazon-apigateway-request-validators")) {
            let flag = |member: &str| validator.get(member).and_then(Value::as_bool).unwrap_or(false);
            self.plan.validators.push(json!({
                "name": name,
                "validateRequestBody": flag("validateRequestBody"),
                "validateRequestParameters": flag("validateRequestParameters"),
            }));
        }
    }

    fn read_gateway_responses(&mut self) {
        for (name, response) in members(self.document.get("x-amazon-apigateway-gateway-responses")) {
            let mut input = json!({"responseType": name});
            let Some(inner) = input.as_object_mut() else { continue };
            match response.get("statusCode") {
                Some(Value::String(status)) => inner.insert("statusCode".to_owned(), status.as_str().into()),
                Some(status @ Value::Number(_)) => inner.insert("statusCode".to_owned(), status.to_string().into()),
                _ => None,
            };
            for member in ["responseParameters", "responseTemplates"] {
                if let Some(value) = response.get(member).filter(|value| value.is_object()) {
                    inner.insert(member.to_owned(), value.clone());
                }
            }
            self.plan.gateway_responses.push(input);
        }
    }

    fn read_models(&mut self) {
        let place = if self.is_v2() { "/definitions" } else { "/components/schemas" };
        let mut pending: BTreeMap<String, Value> = BTreeMap::new();
        for (name, schema) in members(self.document.pointer(place)) {
            let model = model_name(name);
            if model.is_empty() || pending.contains_key(&model) {
                self.plan
                    .warnings
                    .push(format!("Schema {name:.100} has no name of its own as a model and is left out"));
                continue;
            }
            pending.insert(model, schema.clone());
        }
        // Those first that need none of the others; a circle is broken at its first member.
        while !pending.is_empty() {
            let known: Vec<String> = pending.keys().cloned().collect();
            let ready = |name: &&String| {
                let schema = pending.get(*name).unwrap_or(&Value::Null);
                references(schema).iter().all(|other| other == *name || !pending.contains_key(other))
            };
            let mut now: Vec<String> = known.iter().filter(ready).cloned().collect();
            if now.is_empty() {
                now.extend(known.into_iter().take(1));
            }
            for name in now {
                if let Some(schema) = pending.remove(&name) {
                    let model = self.model(&name, &schema);
                    self.plan.models.push(model);
                }
            }
        }
    }

    /// A model as CreateModel takes it, `{api}` standing for the API's id in references.
    pub fn model(&mut self, name: &str, schema: &Value) -> Value {
        let mut schema = schema.clone();
        rewrite_references(&mut schema, &|reference| {
            let name = reference.strip_prefix("#/definitions/").or(reference.strip_prefix("#/components/schemas/"))?;
            Some(format!("https://apigateway.amazonaws.com/restapis/{{api}}/models/{}", model_name(name)))
        });
        let mut input = json!({"name": name, "contentType": "application/json", "schema": schema.to_string()});
        if let Some((members, description)) = input.as_object_mut().zip(text(&schema, "description")) {
            members.insert("description".to_owned(), description.into());
        }
        input
    }

    fn read_paths(&mut self, prefix: &str) {
        let paths: Vec<(String, &Value)> = members(self.document.get("paths"))
            .filter(|(path, _)| path.starts_with('/'))
            .map(|(path, item)| (format!("{prefix}{path}"), item))
            .collect();
        for (path, item) in paths {
            let trimmed = path.trim_end_matches('/');
            let path = if trimmed.is_empty() { "/" } else { trimmed };
            self.plan.paths.push(path.to_owned());
            let item = self.resolve(item);
            self.read_path_item(path, item);
        }
    }

    fn read_documentation(&mut self) {
        let extension = self.document.get("x-amazon-apigateway-documentation");
        let parts: Vec<Value> = list(extension.and_then(|value| value.get("documentationParts")))
            .map(|part| {
                let properties = part.get("properties").map_or_else(
                    || "{}".to_owned(),
                    |value| match value {
                        Value::String(text) => text.clone(),
                        other => other.to_string(),
                    },
                );
                json!({"location": part.get("location").cloned().unwrap_or(Value::Null), "properties": properties})
            })
            .collect();
        if !parts.is_empty() {
            // What is said there is all that is said.
            self.plan.parts = parts;
            return;
        }
        for (name, scheme) in self.described_authorizers() {
            self.describe(json!({"type": "AUTHORIZER", "name": name}), scheme);
        }
        let info = self.document.get("info").unwrap_or(&Value::Null);
        if let Some(description) = text(info, "description").filter(|text| !text.is_empty()) {
            let properties = json!({"info": {"description": description}}).to_string();
            self.plan.parts.insert(0, json!({"location": {"type": "API"}, "properties": properties}));
        }
    }
}

/// Items of a list, none where it is none.
pub fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

/// A schema's name as a model may bear it.
pub fn model_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(256).collect()
}

/// Models that a schema refers to.
fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut copy = schema.clone();
    // Collected through the one walk over references.
    let names = std::cell::RefCell::new(&mut found);
    rewrite_references(&mut copy, &|reference| {
        names.borrow_mut().push(model_name(reference.rsplit('/').next().unwrap_or_default()));
        None
    });
    found
}

/// Replaces the text of every `$ref`, where the function gives another.
pub fn rewrite_references(schema: &mut Value, rewrite: &dyn Fn(&str) -> Option<String>) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(reference) if name == "$ref" => {
                        if let Some(other) = rewrite(reference) {
                            *reference = other;
                        }
                    }
                    other => rewrite_references(other, rewrite),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| rewrite_references(value, rewrite)),
        _ => {}
    }
}
