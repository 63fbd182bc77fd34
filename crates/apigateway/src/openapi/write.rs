//! From a deployed definition to a document. Built over the forms in which AWS shows resources, so that whatever is shown
//! is exported.

use std::collections::BTreeSet;

use aws_types::Timestamp;
use model_apigateway as model;
use serde_json::{Map, Value, json};

use super::documented::{Documented, Subject};
use super::read::rewrite_references;
use crate::access;
use crate::entity::{DocumentationPart, Model, Resource, RestApi, Stage};
use crate::snapshot::Snapshot;

/// Version of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Swagger 2.0.
    Swagger,
    /// OpenAPI 3.0.
    Oas30,
}

/// Which extensions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `x-amazon-apigateway-integration`.
    pub integrations: bool,
    /// `x-amazon-apigateway-authorizer`.
    pub authorizers: bool,
    /// `x-amazon-apigateway-documentation`.
    pub documentation: bool,
    /// All others.
    pub rest: bool,
}

/// What is exported.
pub struct Exported<'a> {
    /// The API.
    pub api: &'a RestApi,
    /// The stage.
    pub stage: &'a Stage,
    /// What it serves.
    pub snapshot: &'a Snapshot,
    /// The API's models.
    pub models: &'a [Model],
    /// What is said about it.
    pub documentation: &'a [DocumentationPart],
    /// When that was frozen.
    pub documented: Option<Timestamp>,
}

struct Writer<'a> {
    from: &'a Exported<'a>,
    format: Format,
    extensions: Extensions,
}

/// Writes a document.
pub fn export(from: &Exported<'_>, format: Format, extensions: Extensions) -> Value {
    let writer = Writer { from, format, extensions };
    let mut document = writer.head();
    document.insert("paths".to_owned(), writer.paths());
    let (schemes, schemas) = (writer.schemes(), writer.schemas());
    match format {
        Format::Swagger => {
            insert_object(&mut document, "securityDefinitions", schemes);
            insert_object(&mut document, "definitions", schemas);
        }
        Format::Oas30 => {
            let mut components = Map::new();
            insert_object(&mut components, "schemas", schemas);
            insert_object(&mut components, "securitySchemes", schemes);
            document.insert("components".to_owned(), Value::Object(components));
        }
    }
    if extensions.rest {
        writer.settings(&mut document);
    }
    if extensions.documentation {
        writer.documentation(&mut document);
    }
    writer.documented().write_api(&mut document);
    Value::Object(document)
}

fn insert_object(target: &mut Map<String, Value>, name: &str, object: Map<String, Value>) {
    if !object.is_empty() {
        target.insert(name.to_owned(), Value::Object(object));
    }
}

fn insert<T: Into<Value>>(target: &mut Map<String, Value>, name: &str, value: Option<T>) {
    if let Some(value) = value {
        target.insert(name.to_owned(), value.into());
    }
}

fn object(map: &std::collections::BTreeMap<String, String>) -> Value {
    Value::Object(map.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect())
}

impl Writer<'_> {
    fn head(&self) -> Map<String, Value> {
        let api = self.from.api;
        let mut info = Map::new();
        info.insert("title".to_owned(), api.name.as_str().into());
        insert(&mut info, "description", api.description.clone());
        let documented = self.from.stage.documentation_version.clone();
        let date = || api.created.iso8601();
        info.insert("version".to_owned(), api.version.clone().or(documented).unwrap_or_else(date).into());
        let host = format!("{}.execute-api.{}.amazonaws.com", api.id, api.region);
        let stage = &self.from.stage.name;
        let mut document = Map::new();
        match self.format {
            Format::Swagger => {
                document.insert("swagger".to_owned(), "2.0".into());
                document.insert("info".to_owned(), Value::Object(info));
                document.insert("host".to_owned(), host.into());
                document.insert("basePath".to_owned(), format!("/{stage}").into());
                document.insert("schemes".to_owned(), json!(["https"]));
            }
            Format::Oas30 => {
                document.insert("openapi".to_owned(), "3.0.1".into());
                document.insert("info".to_owned(), Value::Object(info));
                let variables = json!({"basePath": {"default": stage}});
                let server = json!({"url": format!("https://{host}/{{basePath}}"), "variables": variables});
                document.insert("servers".to_owned(), json!([server]));
            }
        }
        document
    }

    fn settings(&self, document: &mut Map<String, Value>) {
        let shown = self.from.api.output();
        insert(document, "x-amazon-apigateway-api-key-source", shown.api_key_source.map(|source| source.as_str()));
        insert(document, "x-amazon-apigateway-binary-media-types", shown.binary_media_types);
        insert(document, "x-amazon-apigateway-minimum-compression-size", shown.minimum_compression_size);
        insert(document, "x-amazon-apigateway-security-policy", self.from.api.security_policy.clone());
        insert(document, "x-amazon-apigateway-endpoint-access-mode", self.from.api.endpoint_access_mode.clone());
        // What is shown has its quotes escaped once more.
        let policy = self.from.api.policy.as_deref().and_then(|policy| serde_json::from_str::<Value>(policy).ok());
        let policy = policy.map(|mut policy| {
            shorten(&mut policy, &access::arn_of_api(self.from.api));
            policy
        });
        insert(document, "x-amazon-apigateway-policy", policy);
        if shown.disable_execute_api_endpoint == Some(true) {
            let endpoint = json!({"disableExecuteApiEndpoint": true});
            document.insert("x-amazon-apigateway-endpoint-configuration".to_owned(), endpoint);
        }
        let validators: Map<String, Value> = self.validators();
        insert_object(document, "x-amazon-apigateway-request-validators", validators);
        let responses = self.from.snapshot.gateway_responses.iter().map(|response| {
            let mut written = Map::new();
            insert(&mut written, "statusCode", response.status_code.clone());
            if !response.parameters.is_empty() {
                written.insert("responseParameters".to_owned(), object(&response.parameters));
            }
            written.insert("responseTemplates".to_owned(), object(&response.templates));
            (response.response_type.clone(), Value::Object(written))
        });
        insert_object(document, "x-amazon-apigateway-gateway-responses", responses.collect());
        if let Some(tags) = shown.tags {
            let tag = |(name, value): (String, String)| json!({"name": name, "x-amazon-apigateway-tag-value": value});
            document.insert("tags".to_owned(), tags.into_iter().map(tag).collect());
        }
    }

    const fn documented(&self) -> Documented<'_> {
        Documented(self.from.documentation)
    }

    fn documentation(&self, document: &mut Map<String, Value>) {
        if self.from.documentation.is_empty() {
            return;
        }
        let mut documentation = Map::new();
        insert(&mut documentation, "version", self.from.stage.documentation_version.clone());
        insert(&mut documentation, "createdDate", self.from.documented.map(|at| at.iso8601()));
        documentation.insert("documentationParts".to_owned(), self.from.documentation.iter().map(part).collect());
        document.insert("x-amazon-apigateway-documentation".to_owned(), Value::Object(documentation));
    }

    fn validators(&self) -> Map<String, Value> {
        let write = |validator: &crate::entity::RequestValidator| {
            let flags =
                json!({"validateRequestBody": validator.body, "validateRequestParameters": validator.parameters});
            (validator_name(validator), flags)
        };
        self.from.snapshot.validators.iter().map(write).collect()
    }

    fn schemas(&self) -> Map<String, Value> {
        let place = self.schema_place();
        let write = |model: &Model| {
            let mut schema = model.schema.as_deref().and_then(|schema| serde_json::from_str(schema).ok())?;
            rewrite_references(&mut schema, &|reference| {
                let (_, name) = reference.split_once("/models/").filter(|(start, _)| start.starts_with("https://"))?;
                Some(format!("{place}{name}"))
            });
            if let Some(members) = schema.as_object_mut() {
                members.remove("$schema");
                let of = Subject::default().named("MODEL", &model.name);
                self.documented().write(of, &["title", "description", "example", "externalDocs"], members);
            }
            Some((model.name.clone(), schema))
        };
        let used = self.used_models();
        let default =
            |model: &Model| model.description.as_deref().is_some_and(|text| text.starts_with("This is a default "));
        let shown = self.from.models.iter().filter(|model| used.contains(&model.name) || !default(model));
        shown.filter_map(write).collect()
    }

    fn used_models(&self) -> BTreeSet<String> {
        let methods = self.from.snapshot.resources.iter().flat_map(|resource| resource.methods.values());
        methods
            .flat_map(|method| {
                let responses = method.responses.values().flat_map(|response| response.models.values());
                method.request_models.values().chain(responses).cloned().collect::<Vec<_>>()
            })
            .collect()
    }

    const fn schema_place(&self) -> &'static str {
        match self.format {
            Format::Swagger => "#/definitions/",
            Format::Oas30 => "#/components/schemas/",
        }
    }

    fn schemes(&self) -> Map<String, Value> {
        let methods = || self.from.snapshot.resources.iter().flat_map(|resource| resource.methods.values());
        let mut schemes = Map::new();
        if methods().any(|method| method.api_key_required) {
            schemes.insert("api_key".to_owned(), json!({"type": "apiKey", "name": "x-api-key", "in": "header"}));
        }
        if methods().any(|method| method.authorization_type == "AWS_IAM") {
            let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authtype": "awsSigv4"});
            schemes.insert("sigv4".to_owned(), scheme);
        }
        for authorizer in &self.from.snapshot.authorizers {
            let mut scheme = self.authorizer(&authorizer.output());
            let of = Subject::default().named("AUTHORIZER", &authorizer.name);
            self.documented().write(of, &["description"], &mut scheme);
            schemes.insert(authorizer.name.clone(), Value::Object(scheme));
        }
        schemes
    }

    fn authorizer(&self, shown: &model::Authorizer) -> Map<String, Value> {
        let header = shown.identity_source.as_deref().and_then(|source| {
            source.split(',').find_map(|source| source.trim().strip_prefix("method.request.header."))
        });
        let mut scheme = Map::new();
        scheme.insert("type".to_owned(), "apiKey".into());
        scheme.insert("name".to_owned(), header.unwrap_or("Unused").into());
        scheme.insert("in".to_owned(), "header".into());
        insert(&mut scheme, "x-amazon-apigateway-authtype", shown.auth_type.clone());
        if self.extensions.authorizers {
            let mut written = Map::new();
            insert(&mut written, "type", shown.r#type.map(|kind| kind.as_str().to_ascii_lowercase()));
            insert(&mut written, "identitySource", shown.identity_source.clone());
            insert(&mut written, "providerARNs", shown.provider_ar_ns.clone().filter(|arns| !arns.is_empty()));
            insert(&mut written, "authorizerUri", shown.authorizer_uri.clone());
            insert(&mut written, "authorizerCredentials", shown.authorizer_credentials.clone());
            insert(&mut written, "identityValidationExpression", shown.identity_validation_expression.clone());
            insert(&mut written, "authorizerResultTtlInSeconds", shown.authorizer_result_ttl_in_seconds);
            scheme.insert("x-amazon-apigateway-authorizer".to_owned(), Value::Object(written));
        }
        scheme
    }

    fn paths(&self) -> Value {
        let mut paths = Map::new();
        let mut resources: Vec<&Resource> = self.from.snapshot.resources.iter().collect();
        resources.sort_by(|a, b| a.path.cmp(&b.path));
        for resource in resources {
            if resource.methods.is_empty() && resource.path == "/" {
                continue;
            }
            let methods = resource.methods.values().map(|method| {
                let verb = match method.http_method.as_str() {
                    "ANY" => "x-amazon-apigateway-any-method".to_owned(),
                    verb => verb.to_ascii_lowercase(),
                };
                let subject = Subject::of_method("METHOD", &resource.path, &method.http_method);
                (verb, self.method(&resource.id, subject, &method.output()))
            });
            let mut item: Map<String, Value> = methods.collect();
            let of = Subject { kind: "RESOURCE", path: Some(&resource.path), ..Subject::default() };
            self.documented().write(of, &[], &mut item);
            paths.insert(resource.path.clone(), Value::Object(item));
        }
        Value::Object(paths)
    }

    fn method(&self, resource_id: &str, of: Subject<'_>, shown: &model::Method) -> Value {
        let mut written = Map::new();
        self.documented().write(of, &["description", "summary", "tags", "deprecated", "externalDocs"], &mut written);
        insert(&mut written, "operationId", shown.operation_name.clone());
        let (request_models, responses) =
            (shown.request_models.clone().unwrap_or_default(), shown.method_responses.clone());
        let responses = responses.unwrap_or_default();
        if self.format == Format::Swagger {
            insert_list(&mut written, "consumes", request_models.keys().cloned().collect());
            let produced: BTreeSet<String> = responses
                .values()
                .flat_map(|response| {
                    response.response_models.iter().flatten().map(|(content_type, _)| content_type.clone())
                })
                .collect();
            insert_list(&mut written, "produces", produced.into_iter().collect());
        }
        let mut parameters: Vec<Value> = shown
            .request_parameters
            .iter()
            .flatten()
            .filter_map(|(key, required)| self.parameter(of, key, *required))
            .collect();
        if let Some((_, name)) = request_models.iter().next().filter(|_| self.format == Format::Swagger) {
            let body = json!({"in": "body", "name": name, "required": true, "schema": self.reference(name)});
            parameters.push(self.with_description(Subject { kind: "REQUEST_BODY", ..of }, body));
        }
        if !parameters.is_empty() {
            written.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if self.format == Format::Oas30 && !request_models.is_empty() {
            let body = json!({"content": self.content(&request_models), "required": true});
            let body = self.with_description(Subject { kind: "REQUEST_BODY", ..of }, body);
            written.insert("requestBody".to_owned(), body);
        }
        let responses = responses
            .iter()
            .map(|(status, response)| (status.clone(), self.response(of.status("RESPONSE", status), status, response)));
        written.insert("responses".to_owned(), Value::Object(responses.collect()));
        let security = self.security(shown);
        if !security.is_empty() {
            written.insert("security".to_owned(), Value::Array(security));
        }
        if self.extensions.rest {
            let validator = shown.request_validator_id.as_deref().and_then(|id| {
                self.from.snapshot.validators.iter().find(|validator| validator.id == id).map(validator_name)
            });
            insert(&mut written, "x-amazon-apigateway-request-validator", validator);
        }
        if let Some(integration) = shown.method_integration.as_ref().filter(|_| self.extensions.integrations) {
            written.insert("x-amazon-apigateway-integration".to_owned(), integration_of(resource_id, integration));
        }
        Value::Object(written)
    }

    fn security(&self, shown: &model::Method) -> Vec<Value> {
        let mut security = Vec::new();
        if shown.authorization_type.as_deref() == Some("AWS_IAM") {
            security.push(json!({"sigv4": []}));
        }
        let authorizer = shown
            .authorizer_id
            .as_deref()
            .filter(|_| matches!(shown.authorization_type.as_deref(), Some("CUSTOM" | "COGNITO_USER_POOLS")));
        let authorizer =
            authorizer.and_then(|id| self.from.snapshot.authorizers.iter().find(|authorizer| authorizer.id == id));
        if let Some(authorizer) = authorizer {
            let scopes = shown.authorization_scopes.clone().unwrap_or_default();
            security.push(Value::Object(Map::from_iter([(authorizer.name.clone(), scopes.into())])));
        }
        if shown.api_key_required == Some(true) {
            security.push(json!({"api_key": []}));
        }
        security
    }

    /// With what is said about it.
    fn with_description(&self, of: Subject<'_>, mut written: Value) -> Value {
        if let Some(members) = written.as_object_mut() {
            self.documented().write(of, &["description"], members);
        }
        written
    }

    fn parameter(&self, of: Subject<'_>, key: &str, required: bool) -> Option<Value> {
        let (place, name) = key.strip_prefix("method.request.")?.split_once('.')?;
        let place = if place == "querystring" { "query" } else { place };
        let mut written = Map::new();
        written.insert("name".to_owned(), name.into());
        written.insert("in".to_owned(), place.into());
        if required || place == "path" {
            written.insert("required".to_owned(), true.into());
        }
        match self.format {
            Format::Swagger => written.insert("type".to_owned(), "string".into()),
            Format::Oas30 => written.insert("schema".to_owned(), json!({"type": "string"})),
        };
        let kind = match place {
            "path" => "PATH_PARAMETER",
            "query" => "QUERY_PARAMETER",
            _ => "REQUEST_HEADER",
        };
        Some(self.with_description(of.named(kind, name), Value::Object(written)))
    }

    fn response(&self, of: Subject<'_>, status: &str, shown: &model::MethodResponse) -> Value {
        let mut written = Map::new();
        written.insert("description".to_owned(), format!("{status} response").into());
        let headers = shown.response_parameters.iter().flatten().filter_map(|(key, _)| {
            let schema = match self.format {
                Format::Swagger => json!({"type": "string"}),
                Format::Oas30 => json!({"schema": {"type": "string"}}),
            };
            let name = key.strip_prefix("method.response.header.")?;
            Some((name.to_owned(), self.with_description(of.named("RESPONSE_HEADER", name), schema)))
        });
        insert_object(&mut written, "headers", headers.collect());
        let models = shown.response_models.clone().unwrap_or_default();
        match self.format {
            Format::Swagger => {
                insert(&mut written, "schema", models.values().next().map(|name| self.reference(name)));
            }
            Format::Oas30 if !models.is_empty() => {
                written.insert("content".to_owned(), self.content(&models));
            }
            Format::Oas30 => {}
        }
        self.with_description(of, Value::Object(written))
    }

    fn reference(&self, name: &str) -> Value {
        json!({"$ref": format!("{}{name}", self.schema_place())})
    }

    fn content(&self, models: &std::collections::BTreeMap<String, String>) -> Value {
        let one =
            |(content_type, name): (&String, &String)| (content_type.clone(), json!({"schema": self.reference(name)}));
        Value::Object(models.iter().map(one).collect())
    }
}

/// Names the API by `execute-api:/`, so that a copy's policy speaks of the copy.
fn shorten(policy: &mut Value, own: &str) {
    match policy {
        Value::String(text) => {
            if let Some(rest) = text.strip_prefix(own).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                *text = format!("execute-api:/{}", rest.trim_start_matches('/'));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, own)),
        Value::Object(members) => members.values_mut().for_each(|member| shorten(member, own)),
        _ => {}
    }
}

/// The name of a validator, which may have none.
fn validator_name(validator: &crate::entity::RequestValidator) -> String {
    validator.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| validator.id.clone())
}

fn insert_list(target: &mut Map<String, Value>, name: &str, list: Vec<String>) {
    if !list.is_empty() {
        target.insert(name.to_owned(), list.into());
    }
}

fn part(part: &DocumentationPart) -> Value {
    let location = &part.location;
    let mut written = Map::new();
    written.insert("type".to_owned(), location.kind.as_str().into());
    insert(&mut written, "path", location.path.clone());
    insert(&mut written, "method", location.method.clone());
    insert(&mut written, "statusCode", location.status_code.clone());
    insert(&mut written, "name", location.name.clone());
    let properties: Value = serde_json::from_str(&part.properties).unwrap_or_else(|_| part.properties.as_str().into());
    json!({"location": written, "properties": properties})
}

fn integration_of(resource_id: &str, shown: &model::Integration) -> Value {
    let mut written = Map::new();
    insert(&mut written, "type", shown.r#type.map(|kind| kind.as_str().to_ascii_lowercase()));
    insert(&mut written, "httpMethod", shown.http_method.clone());
    insert(&mut written, "uri", shown.uri.clone());
    insert(&mut written, "credentials", shown.credentials.clone());
    insert(&mut written, "connectionType", shown.connection_type.map(|kind| kind.as_str()));
    insert(&mut written, "connectionId", shown.connection_id.clone());
    insert(&mut written, "integrationTarget", shown.integration_target.clone());
    insert(&mut written, "passthroughBehavior", shown.passthrough_behavior.as_deref().map(str::to_ascii_lowercase));
    insert(&mut written, "contentHandling", shown.content_handling.map(|handling| handling.as_str()));
    insert(&mut written, "timeoutInMillis", shown.timeout_in_millis);
    insert(&mut written, "responseTransferMode", shown.response_transfer_mode.map(|mode| mode.as_str()));
    // That of its resource means nothing elsewhere.
    insert(&mut written, "cacheNamespace", shown.cache_namespace.clone().filter(|name| name != resource_id));
    insert(&mut written, "cacheKeyParameters", shown.cache_key_parameters.clone().filter(|keys| !keys.is_empty()));
    if let Some(tls) = shown.tls_config.as_ref().and_then(|tls| tls.insecure_skip_verification) {
        written.insert("tlsConfig".to_owned(), json!({"insecureSkipVerification": tls}));
    }
    insert(&mut written, "requestParameters", shown.request_parameters.as_ref().map(object));
    insert(&mut written, "requestTemplates", shown.request_templates.as_ref().map(object));
    let responses = shown.integration_responses.iter().flatten().map(|(status, response)| {
        let mut one = Map::new();
        one.insert("statusCode".to_owned(), status.as_str().into());
        insert(&mut one, "responseParameters", response.response_parameters.as_ref().map(object));
        insert(&mut one, "responseTemplates", response.response_templates.as_ref().map(object));
        insert(&mut one, "contentHandling", response.content_handling.map(|handling| handling.as_str()));
        let pattern = response.selection_pattern.clone().filter(|pattern| !pattern.is_empty());
        (pattern.unwrap_or_else(|| "default".to_owned()), Value::Object(one))
    });
    insert_object(&mut written, "responses", responses.collect());
    Value::Object(written)
}
