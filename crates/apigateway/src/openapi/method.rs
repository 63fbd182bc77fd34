//! A document's methods, with their parameters, responses and integrations.

use serde_json::{Map, Value, json};

use super::read::{Reader, list, members, model_name, text};
use super::security::Scheme;

/// What builds a method. The ids of API and resource are added when it is called.
#[derive(Clone, Debug, Default)]
pub struct MethodPlan {
    /// From the root.
    pub path: String,
    /// `GET`, `ANY`.
    pub verb: String,
    /// PutMethod.
    pub method: Map<String, Value>,
    /// Name of its authorizer.
    pub authorizer: Option<String>,
    /// Name of its validator.
    pub validator: Option<String>,
    /// PutMethodResponse.
    pub responses: Vec<Value>,
    /// PutIntegration.
    pub integration: Option<Map<String, Value>>,
    /// PutIntegrationResponse.
    pub integration_responses: Vec<Value>,
}

const VERBS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

impl<'a> Reader<'a> {
    /// All methods of a path.
    pub fn read_path_item<'v>(&mut self, path: &str, item: &'v Value)
    where
        'a: 'v,
    {
        let shared: Vec<&Value> = list(item.get("parameters")).collect();
        for (member, verb) in VERBS {
            let Some(operation) = item.get(member).filter(|operation| operation.is_object()) else { continue };
            let mut plan = MethodPlan { path: path.to_owned(), verb: verb.to_owned(), ..MethodPlan::default() };
            if let Some(id) = text(operation, "operationId") {
                plan.method.insert("operationName".to_owned(), id.into());
            }
            self.read_security(operation, &mut plan);
            self.read_parameters(operation, &shared, &mut plan);
            self.read_responses(operation, &mut plan);
            self.read_integration(operation, &mut plan);
            let own = text(operation, "x-amazon-apigateway-request-validator");
            let validator = own.or_else(|| text(self.document, "x-amazon-apigateway-request-validator"));
            plan.validator = validator.map(str::to_owned);
            self.document_method(operation, &plan);
            self.plan.methods.push(plan);
        }
    }

    fn read_security(&mut self, operation: &Value, plan: &mut MethodPlan) {
        let mut authorization = "NONE";
        if operation.pointer("/x-amazon-apigateway-auth/type").and_then(Value::as_str) == Some("AWS_IAM") {
            authorization = "AWS_IAM";
        }
        let own = operation.get("security");
        let global = own.is_none();
        let requirements: Vec<&Value> = list(own.or_else(|| self.document.get("security"))).collect();
        for (name, scopes) in requirements.into_iter().flat_map(|requirement| members(Some(requirement))) {
            match self.scheme(name) {
                // Of what is asked everywhere only authorizers count.
                Some(Scheme::ApiKey) if !global => {
                    plan.method.insert("apiKeyRequired".to_owned(), true.into());
                }
                Some(Scheme::Iam) => authorization = "AWS_IAM",
                Some(Scheme::Authorizer { name, authorization_type }) => {
                    authorization = authorization_type;
                    plan.authorizer = Some(name);
                    if scopes.as_array().is_some_and(|scopes| !scopes.is_empty()) {
                        plan.method.insert("authorizationScopes".to_owned(), scopes.clone());
                    }
                }
                Some(Scheme::ApiKey | Scheme::Foreign) => {}
                None => self.plan.warnings.push(format!("The security scheme {name:.100} is not defined")),
            }
        }
        plan.method.insert("authorizationType".to_owned(), authorization.into());
    }

    fn read_parameters(&mut self, operation: &Value, shared: &[&Value], plan: &mut MethodPlan) {
        let own: Vec<&Value> = list(operation.get("parameters")).collect();
        let (mut parameters, mut models) = (Map::new(), Map::new());
        for parameter in shared.iter().copied().chain(own) {
            let parameter = self.resolve_deep(parameter);
            let name = text(&parameter, "name").unwrap_or_default();
            let required = parameter.get("required").and_then(Value::as_bool).unwrap_or(false);
            let place = match text(&parameter, "in").unwrap_or_default() {
                "query" => "querystring",
                "header" => "header",
                "path" => "path",
                "body" => {
                    let schema = parameter.get("schema").cloned().unwrap_or(Value::Null);
                    for content_type in self.media_types(operation, "consumes") {
                        self.put_model(&mut models, &content_type, &schema);
                    }
                    self.describe(json!({"type": "REQUEST_BODY", "path": plan.path, "method": plan.verb}), &parameter);
                    continue;
                }
                other => {
                    let at = &plan.path;
                    self.plan.warnings.push(format!("Parameter {name:.100} in {other:.20} at {at} is not supported"));
                    continue;
                }
            };
            if place == "header" && self.is_key_header(name) {
                continue;
            }
            let kind = match place {
                "querystring" => "QUERY_PARAMETER",
                "path" => "PATH_PARAMETER",
                _ => "REQUEST_HEADER",
            };
            let at = json!({"type": kind, "path": plan.path, "method": plan.verb, "name": name});
            self.describe(at, &parameter);
            let key = format!("method.request.{place}.{name}");
            parameters.insert(key, (required || place == "path").into());
        }
        let body = operation.get("requestBody").map(|body| self.resolve_deep(body));
        let at = json!({"type": "REQUEST_BODY", "path": plan.path, "method": plan.verb});
        self.describe(at, body.as_ref().unwrap_or(&Value::Null));
        for (content_type, content) in members(body.as_ref().and_then(|body| body.get("content"))) {
            let schema = content.get("schema").cloned().unwrap_or(Value::Null);
            self.put_model(&mut models, content_type, &schema);
        }
        for (member, map) in [("requestParameters", parameters), ("requestModels", models)] {
            if !map.is_empty() {
                plan.method.insert(member.to_owned(), Value::Object(map));
            }
        }
    }

    /// `x-api-key` is asked for by its scheme.
    fn is_key_header(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case("x-api-key") && self.scheme("api_key") == Some(Scheme::ApiKey)
    }

    /// A copy whose outermost references are followed.
    fn resolve_deep(&mut self, value: &Value) -> Value {
        if value.get("$ref").is_none() {
            return value.clone();
        }
        let reference = text(value, "$ref").unwrap_or_default().to_owned();
        let pointer = reference.strip_prefix('#').unwrap_or("?");
        let found = self.document.pointer(pointer);
        match found {
            Some(found) => self.resolve(found).clone(),
            None => {
                self.plan.errors.push(format!("Unable to resolve the reference {reference:.200}"));
                Value::Null
            }
        }
    }

    /// `consumes` or `produces` of an operation or the whole.
    fn media_types(&self, operation: &Value, member: &str) -> Vec<String> {
        let given = operation.get(member).or_else(|| self.document.get(member));
        let types: Vec<String> = list(given).filter_map(Value::as_str).map(str::to_owned).collect();
        if types.is_empty() { vec!["application/json".to_owned()] } else { types }
    }

    /// The model of a schema: the one that it refers to, or one made for it.
    fn put_model(&mut self, models: &mut Map<String, Value>, content_type: &str, schema: &Value) {
        if schema.as_object().is_none_or(Map::is_empty) {
            return;
        }
        let referred = text(schema, "$ref").and_then(|reference| reference.rsplit('/').next()).map(model_name);
        let name = referred.unwrap_or_else(|| self.inline_model(schema));
        models.insert(content_type.to_owned(), name.into());
    }

    fn inline_model(&mut self, schema: &Value) -> String {
        let source = schema.to_string();
        if let Some(name) = self.inline.get(&source) {
            return name.clone();
        }
        // By its content, so that the same schema has the same name when it is imported again.
        let name = format!("MODEL{:08x}", fnv(source.as_bytes()));
        let model = self.model(&name, schema);
        self.plan.models.push(model);
        self.inline.insert(source, name.clone());
        name
    }

    fn read_responses(&mut self, operation: &Value, plan: &mut MethodPlan) {
        let all: Vec<(String, Value)> =
            members(operation.get("responses")).map(|(status, value)| (status.clone(), value.clone())).collect();
        for (status, response) in all {
            if status.len() != 3 || !status.bytes().all(|b| b.is_ascii_digit()) {
                if !status.starts_with("x-") {
                    let (verb, path) = (&plan.verb, &plan.path);
                    self.plan.warnings.push(format!("Response {status:.20} of '{verb}' at '{path}' is not supported"));
                }
                continue;
            }
            let response = self.resolve_deep(&response);
            let (mut parameters, mut models) = (Map::new(), Map::new());
            let at = |kind: &str| json!({"type": kind, "path": plan.path, "method": plan.verb, "statusCode": status});
            // What an export says of those of which nothing is said.
            if text(&response, "description").is_some_and(|said| said != format!("{status} response")) {
                self.describe(at("RESPONSE"), &response);
            }
            for (name, header) in members(response.get("headers")) {
                let mut at = at("RESPONSE_HEADER");
                if let Some(members) = at.as_object_mut() {
                    members.insert("name".to_owned(), name.as_str().into());
                }
                self.describe(at, header);
                parameters.insert(format!("method.response.header.{name}"), false.into());
            }
            if let Some(schema) = response.get("schema") {
                for content_type in self.media_types(operation, "produces") {
                    self.put_model(&mut models, &content_type, schema);
                }
            }
            for (content_type, content) in members(response.get("content")) {
                let schema = content.get("schema").cloned().unwrap_or(Value::Null);
                self.put_model(&mut models, content_type, &schema);
            }
            let mut input = Map::from_iter([("statusCode".to_owned(), status.into())]);
            for (member, map) in [("responseParameters", parameters), ("responseModels", models)] {
                if !map.is_empty() {
                    input.insert(member.to_owned(), Value::Object(map));
                }
            }
            plan.responses.push(Value::Object(input));
        }
    }

    fn read_integration(&mut self, operation: &Value, plan: &mut MethodPlan) {
        let Some(extension) = operation.get("x-amazon-apigateway-integration") else { return };
        let extension = self.resolve_deep(extension);
        let mut input = Map::new();
        for (name, value) in members(Some(&extension)).filter(|(_, value)| !value.is_null()) {
            let upper = || value.as_str().map_or_else(|| value.clone(), |text| text.to_ascii_uppercase().into());
            match name.as_str() {
                "type" | "passthroughBehavior" | "contentHandling" | "connectionType" | "responseTransferMode" => {
                    input.insert(name.clone(), upper());
                }
                "httpMethod" => {
                    input.insert("integrationHttpMethod".to_owned(), upper());
                }
                "uri" | "credentials" | "connectionId" | "integrationTarget" | "requestParameters"
                | "requestTemplates" | "timeoutInMillis" | "cacheNamespace" | "cacheKeyParameters" | "tlsConfig" => {
                    input.insert(name.clone(), value.clone());
                }
                "responses" => {}
                other => self.plan.warnings.push(format!("Integration property {other:.100} is not supported")),
            }
        }
        for (pattern, response) in members(extension.get("responses")) {
            let status = match response.get("statusCode") {
                Some(Value::String(status)) => status.clone(),
                Some(status @ Value::Number(_)) => status.to_string(),
                _ => "200".to_owned(),
            };
            let mut response_input = json!({"statusCode": status});
            let Some(inner) = response_input.as_object_mut() else { continue };
            if pattern != "default" {
                inner.insert("selectionPattern".to_owned(), pattern.as_str().into());
            }
            for member in ["responseParameters", "responseTemplates"] {
                if let Some(value) = response.get(member).filter(|value| value.is_object()) {
                    inner.insert(member.to_owned(), value.clone());
                }
            }
            if let Some(handling) = text(response, "contentHandling") {
                inner.insert("contentHandling".to_owned(), handling.to_ascii_uppercase().into());
            }
            plan.integration_responses.push(response_input);
        }
        plan.integration = Some(input);
    }

    /// What a document says of something by its `description`.
    pub fn describe(&mut self, location: Value, of: &Value) {
        if let Some(description) = text(of, "description").filter(|text| !text.is_empty()) {
            let properties = json!({"description": description}).to_string();
            self.plan.parts.push(json!({"location": location, "properties": properties}));
        }
    }

    /// What a document says of a method in OpenAPI's own words.
    fn document_method(&mut self, operation: &Value, plan: &MethodPlan) {
        let said: Map<String, Value> = ["description", "summary", "tags", "deprecated", "externalDocs"]
            .into_iter()
            .filter_map(|member| Some((member.to_owned(), operation.get(member)?.clone())))
            .collect();
        if !said.is_empty() {
            self.plan.parts.push(json!({
                "location": {"type": "METHOD", "path": plan.path, "method": plan.verb},
                "properties": Value::Object(said).to_string(),
            }));
        }
    }
}

/// FNV-1a: a short name for a text.
fn fnv(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
