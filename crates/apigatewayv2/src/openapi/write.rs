//! From a definition to a document.

use std::collections::BTreeMap;

use http_api::plan::RouteKey;
use serde_json::{Map, Value, json};

use super::{integration, security};
use crate::entity::{Api, Integration, Route};
use crate::snapshot::Snapshot;

/// Whether extensions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extensions {
    /// They are.
    Included,
    /// Only what other programs read.
    Left,
}

/// Writes what is deployed in a stage, or what stands there now. `base_url` is what clients reach the server by.
pub fn export(api: &Api, snapshot: &Snapshot, stage: Option<&str>, extensions: Extensions, base_url: &str) -> Value {
    let with = extensions == Extensions::Included;
    let mut info = json!({ "title": api.name, "version": version(api) });
    if let (Some(description), Some(info)) = (&api.description, info.as_object_mut()) {
        info.insert("description".to_owned(), json!(description));
    }
    let mut out = Map::new();
    out.insert("openapi".to_owned(), json!("3.0.1"));
    out.insert("info".to_owned(), info);
    let base_path = stage.filter(|stage| *stage != "$default").unwrap_or_default();
    out.insert(
        "servers".to_owned(),
        json!([{ "url": format!("{}/{{basePath}}", api.endpoint(base_url)), "variables": { "basePath": { "default": base_path } } }]),
    );
    if with && !api.tags.is_empty() {
        let tag = |(name, value): (&String, &String)| json!({ "name": name, "x-amazon-apigateway-tag-value": value });
        out.insert("tags".to_owned(), api.tags.iter().map(tag).collect());
    }
    out.insert("paths".to_owned(), paths(snapshot, with));
    let components = components(snapshot, with);
    if !components.is_empty() {
        out.insert("components".to_owned(), Value::Object(components));
    }
    if with {
        if let Some(cors) = &snapshot.cors {
            out.insert("x-amazon-apigateway-cors".to_owned(), cors_of(cors));
        }
        out.insert("x-amazon-apigateway-importexport-version".to_owned(), json!("1.0"));
    }
    Value::Object(out)
}

/// The API's version, or when it was made.
fn version(api: &Api) -> String {
    api.version.clone().unwrap_or_else(|| api.created.iso8601())
}

/// Integrations behind more than one route, by id with their place in the document.
fn shared(snapshot: &Snapshot) -> BTreeMap<&str, String> {
    let uses =
        |one: &Integration| snapshot.routes.iter().filter(|route| route.integration_id() == Some(&one.id)).count();
    let many = snapshot.integrations.iter().filter(|one| uses(one) > 1).enumerate();
    many.map(|(number, one)| (one.id.as_str(), format!("integration-{}", number + 1))).collect()
}

fn paths(snapshot: &Snapshot, with: bool) -> Value {
    let shared = shared(snapshot);
    let mut paths: Map<String, Value> = Map::new();
    for route in &snapshot.routes {
        let (path, member) = match RouteKey::parse(&route.key) {
            Ok(RouteKey::Path { .. }) => {
                let (method, path) = route.key.split_once(' ').unwrap_or_default();
                let any = "x-amazon-apigateway-any-method".to_owned();
                (path.to_owned(), if method == "ANY" { any } else { method.to_ascii_lowercase() })
            }
            _ => ("/$default".to_owned(), "x-amazon-apigateway-any-method".to_owned()),
        };
        let operation = operation(snapshot, route, &shared, with);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(member, operation);
        }
    }
    Value::Object(paths)
}

fn operation(snapshot: &Snapshot, route: &Route, shared: &BTreeMap<&str, String>, with: bool) -> Value {
    let mut out = Map::new();
    if let Some(name) = &route.operation_name {
        out.insert("operationId".to_owned(), json!(name));
    }
    if let Ok(key) = RouteKey::parse(&route.key) {
        let parameter =
            |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
        let parameters: Vec<Value> = key.variables().map(parameter).collect();
        if !parameters.is_empty() {
            out.insert("parameters".to_owned(), Value::Array(parameters));
        }
    }
    let described = format!("Default response for {}", route.key);
    out.insert("responses".to_owned(), json!({ "default": { "description": described } }));
    if let Some(name) = scheme(snapshot, route) {
        let mut wanted = Map::new();
        wanted.insert(name, json!(route.authorization_scopes));
        out.insert("security".to_owned(), json!([wanted]));
    }
    let integration = route.integration_id().filter(|_| with);
    if let Some(found) = integration.and_then(|id| snapshot.integrations.iter().find(|one| one.id == id)) {
        let value = match shared.get(found.id.as_str()) {
            Some(name) => json!({ "$ref": format!("#/components/x-amazon-apigateway-integrations/{name}") }),
            None => integration::write(found),
        };
        out.insert("x-amazon-apigateway-integration".to_owned(), value);
    }
    Value::Object(out)
}

/// The name of the scheme that guards a route.
fn scheme(snapshot: &Snapshot, route: &Route) -> Option<String> {
    if route.authorization_type == "AWS_IAM" {
        return Some(security::signed().0);
    }
    let id = route.authorizer_id.as_ref()?;
    snapshot.authorizers.iter().find(|authorizer| authorizer.id == *id).map(|authorizer| authorizer.name.clone())
}

fn components(snapshot: &Snapshot, with: bool) -> Map<String, Value> {
    let mut schemes = Map::new();
    for authorizer in &snapshot.authorizers {
        schemes.insert(authorizer.name.clone(), security::write(authorizer));
    }
    if snapshot.routes.iter().any(|route| route.authorization_type == "AWS_IAM") {
        let (name, scheme) = security::signed();
        schemes.insert(name, scheme);
    }
    if !with {
        for scheme in schemes.values_mut().filter_map(Value::as_object_mut) {
            scheme.retain(|name, _| !name.starts_with("x-amazon-apigateway-"));
        }
    }
    let mut components = Map::new();
    if !schemes.is_empty() {
        components.insert("securitySchemes".to_owned(), Value::Object(schemes));
    }
    let shared = shared(snapshot);
    if with && !shared.is_empty() {
        let own = |one: &Integration| Some((shared.get(one.id.as_str())?.clone(), integration::write(one)));
        let all: Map<String, Value> = snapshot.integrations.iter().filter_map(own).collect();
        components.insert("x-amazon-apigateway-integrations".to_owned(), Value::Object(all));
    }
    components
}

fn cors_of(cors: &model_apigatewayv2::Cors) -> Value {
    let mut out = Map::new();
    let lists = [
        ("allowOrigins", &cors.allow_origins),
        ("allowMethods", &cors.allow_methods),
        ("allowHeaders", &cors.allow_headers),
        ("exposeHeaders", &cors.expose_headers),
    ];
    out.extend(lists.into_iter().filter_map(|(name, list)| Some((name.to_owned(), json!(list.as_ref()?)))));
    out.extend(cors.max_age.map(|age| ("maxAge".to_owned(), json!(age))));
    out.extend(cors.allow_credentials.map(|allowed| ("allowCredentials".to_owned(), json!(allowed))));
    Value::Object(out)
}
