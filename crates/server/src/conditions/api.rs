//! API Gateway's own condition keys. What a call asks for and what is there are read alike: a patch is folded into the
//! thing it makes, a document into the calls it stands for, and what is there is taken as the service shows it.

use aws_types::wire::Value;
use aws_types::{AwsError, CallContext};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, json};

use super::{Conditions, told};
use crate::wiring::Backend;

/// What conditions are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Api,
    DomainName,
    Stage,
    Authorizer,
    /// A method of a REST API is one, too.
    Route,
    Deployment,
    AccessAssociation,
    RoutingRule,
}

impl Thing {
    /// Of an operation that makes, changes or removes it.
    fn of(operation: &str) -> Option<Self> {
        const VERBS: [&str; 6] = ["Create", "Update", "Delete", "Put", "Reimport", "Import"];
        let noun = VERBS.iter().find_map(|verb| operation.strip_prefix(verb))?;
        Some(match noun {
            "RestApi" | "Api" => Self::Api,
            "DomainName" => Self::DomainName,
            "Stage" | "AccessLogSettings" => Self::Stage,
            "Authorizer" => Self::Authorizer,
            "Method" | "Route" => Self::Route,
            "Deployment" => Self::Deployment,
            "DomainNameAccessAssociation" => Self::AccessAssociation,
            "RoutingRule" => Self::RoutingRule,
            _ => return None,
        })
    }

    /// Its keys, with the members that they stand for in either version of the API.
    const fn keys(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Api => &[
                ("ApiName", &["name"]),
                ("DisableExecuteApiEndpoint", &["disableExecuteApiEndpoint"]),
                ("EndpointType", &["endpointConfiguration/types"]),
                ("SecurityPolicy", &["securityPolicy"]),
            ],
            Self::DomainName => &[
                ("EndpointType", &["endpointConfiguration/types", "domainNameConfigurations/endpointType"]),
                ("MtlsTrustStoreUri", &["mutualTlsAuthentication/truststoreUri"]),
                ("MtlsTrustStoreVersion", &["mutualTlsAuthentication/truststoreVersion"]),
                ("RoutingMode", &["routingMode"]),
                ("SecurityPolicy", &["securityPolicy", "domainNameConfigurations/securityPolicy"]),
            ],
            Self::Stage => &[
                ("AccessLoggingDestination", &["accessLogSettings/destinationArn"]),
                ("AccessLoggingFormat", &["accessLogSettings/format"]),
            ],
            Self::Authorizer => {
                &[("AuthorizerType", &["type", "authorizerType"]), ("AuthorizerUri", &["authorizerUri"])]
            }
            Self::Route => {
                &[("ApiKeyRequired", &["apiKeyRequired"]), ("RouteAuthorizationType", &["authorizationType"])]
            }
            Self::Deployment => &[("StageName", &["stageName"])],
            Self::AccessAssociation => {
                &[("AccessAssociationSource", &["accessAssociationSource"]), ("DomainNameArn", &["domainNameArn"])]
            }
            Self::RoutingRule => {
                &[("Priority", &["priority"]), ("ConditionBasePaths", &["conditions/matchBasePaths/anyOf"])]
            }
        }
    }

    fn add(self, scope: &str, value: &Value, all: &mut Conditions) {
        for (key, members) in self.keys() {
            let mut found = Vec::new();
            for member in *members {
                collect(value, &member.split('/').collect::<Vec<_>>(), &mut found);
            }
            all.add(format!("apigateway:{scope}/{key}"), found);
        }
    }
}

/// The scalars at a path, through lists. Members of the second version begin with a capital.
fn collect(value: &Value, path: &[&str], into: &mut Vec<String>) {
    if let Value::Array(items) = value {
        return items.iter().for_each(|item| collect(item, path, into));
    }
    let Some((first, rest)) = path.split_first() else {
        into.extend(told(value));
        return;
    };
    let capital = || {
        let mut letters = first.chars();
        letters.next().map(|letter| letter.to_ascii_uppercase().to_string() + letters.as_str())
    };
    let member = value.get(*first).or_else(|| value.get(capital()?));
    if let Some(member) = member {
        collect(member, rest, into);
    }
}

/// `apigateway:Request/…`
pub(super) fn of_request(operation: &str, input: &Value) -> Conditions {
    let mut all = Conditions::default();
    let Some(thing) = Thing::of(operation).filter(|_| !operation.starts_with("Delete")) else { return all };
    match operation {
        "ImportRestApi" | "PutRestApi" => rest_document(input, &mut all),
        "ImportApi" | "ReimportApi" => document(input, &mut all),
        _ => thing.add("Request", &asked_for(operation, input), &mut all),
    }
    if operation == "CreateApi" && input.get("Target").is_some() {
        // Quick create makes a route that is open.
        Thing::Route.add("Request", &json!({ "authorizationType": "NONE", "apiKeyRequired": false }), &mut all);
    }
    all
}

/// What a call asks for, as the thing that comes of it.
fn asked_for(operation: &str, input: &Value) -> Value {
    let mut value = input.clone();
    if let Some(Value::Array(operations)) = input.get("patchOperations") {
        value = folded(operations);
    }
    let defaults: &[(&str, Value)] = match operation {
        "CreateRoute" => {
            &[("ApiKeyRequired", Value::Bool(false)), ("AuthorizationType", Value::String("NONE".to_owned()))]
        }
        "PutMethod" => &[("apiKeyRequired", Value::Bool(false))],
        _ => &[],
    };
    if let Value::Object(members) = &mut value {
        for (name, default) in defaults {
            members.entry(*name).or_insert_with(|| default.clone());
        }
    }
    value
}

/// Patches as the thing they make. `/endpointConfiguration/types/REGIONAL` and what is put there are members of a list.
fn folded(operations: &[Value]) -> Value {
    const TYPES: &str = "/endpointConfiguration/types";
    let mut root = json!({});
    for operation in operations {
        let text = |member: &str| operation.get(member).and_then(Value::as_str);
        let (Some(path), op) = (text("path"), text("op").unwrap_or_default()) else { continue };
        if op == "remove" {
            continue;
        }
        if let Some(named) = path.strip_prefix(TYPES) {
            let named = named.strip_prefix('/').filter(|_| op == "add");
            let kind = text("value").or(named).unwrap_or_default().to_owned();
            let types = root.pointer_mut(TYPES).and_then(Value::as_array_mut);
            match types {
                Some(types) => types.push(kind.into()),
                None => place(&mut root, "endpointConfiguration/types", json!([kind])),
            }
            continue;
        }
        place(&mut root, path.trim_start_matches('/'), text("value").unwrap_or_default().into());
    }
    root
}

/// Most levels of a path that are looked at: no key is deeper.
const LEVELS: usize = 4;

fn place(root: &mut Value, path: &str, value: Value) {
    let mut at = root;
    let mut parts = path.split('/').take(LEVELS).peekable();
    while let Some(part) = parts.next() {
        let Value::Object(members) = at else { return };
        if parts.peek().is_none() {
            members.insert(part.to_owned(), value);
            return;
        }
        at = members.entry(part).or_insert_with(|| json!({}));
    }
}

/// A document of a REST API. What cannot be read the operation refuses.
fn rest_document(input: &Value, all: &mut Conditions) {
    use apigateway::openapi::{document, read};
    let body = input.get("body").and_then(Value::as_str).and_then(|body| STANDARD.decode(body).ok());
    let Some(document) = body.and_then(|body| document::read(&body).ok()) else { return };
    let plan = read::read(&document, read::Options::default());
    let mut api = plan.api;
    if let Some(types) = input.pointer("/parameters/endpointConfigurationTypes").and_then(Value::as_str) {
        let types: Vec<&str> = types.split(',').map(str::trim).collect();
        api.insert("endpointConfiguration".to_owned(), json!({ "types": types }));
    }
    Thing::Api.add("Request", &Value::Object(api), all);
    plan.authorizers.iter().for_each(|authorizer| Thing::Authorizer.add("Request", authorizer, all));
    for method in plan.methods {
        Thing::Route.add("Request", &asked_for("PutMethod", &Value::Object(method.method)), all);
    }
}

/// A document of an HTTP API.
fn document(input: &Value, all: &mut Conditions) {
    use apigatewayv2::openapi::{BasePath, read};
    let body = input.get("Body").and_then(Value::as_str).unwrap_or_default();
    let Ok(document) = apigateway::openapi::document::read(body.as_bytes()) else { return };
    let definition = read(&document, BasePath::Ignore, &|_| String::new());
    let mut api = Map::from_iter([("name".to_owned(), Value::String(definition.name))]);
    api.extend(
        definition
            .disable_execute_api_endpoint
            .map(|disabled| ("disableExecuteApiEndpoint".to_owned(), Value::Bool(disabled))),
    );
    Thing::Api.add("Request", &Value::Object(api), all);
    for authorizer in definition.authorizers {
        let shown = json!({ "type": authorizer.authorizer_type, "authorizerUri": authorizer.uri });
        Thing::Authorizer.add("Request", &shown, all);
    }
    for route in definition.routes {
        let shown = json!({ "authorizationType": route.authorization_type, "apiKeyRequired": route.api_key_required });
        Thing::Route.add("Request", &shown, all);
    }
}

/// The operation that shows what a call is about, and the members by which it names it.
fn shows(operation: &str) -> Option<(&'static str, &'static [&'static str])> {
    let rest: &[&str] = &["restApiId"];
    Some(match operation {
        "UpdateRestApi" | "DeleteRestApi" | "PutRestApi" => ("GetRestApi", rest),
        "UpdateApi" | "DeleteApi" | "ReimportApi" => ("GetApi", &["ApiId"]),
        "UpdateDomainName" | "DeleteDomainName" => ("GetDomainName", &["domainName", "domainNameId", "DomainName"]),
        "UpdateStage" | "DeleteStage" | "DeleteAccessLogSettings" => {
            ("GetStage", &["restApiId", "stageName", "ApiId", "StageName"])
        }
        "UpdateAuthorizer" | "DeleteAuthorizer" => {
            ("GetAuthorizer", &["restApiId", "authorizerId", "ApiId", "AuthorizerId"])
        }
        "PutMethod" | "UpdateMethod" | "DeleteMethod" => ("GetMethod", &["restApiId", "resourceId", "httpMethod"]),
        "UpdateRoute" | "DeleteRoute" => ("GetRoute", &["ApiId", "RouteId"]),
        "PutRoutingRule" | "DeleteRoutingRule" => ("GetRoutingRule", &["DomainName", "DomainNameId", "RoutingRuleId"]),
        _ => return None,
    })
}

/// `apigateway:Resource/…`
pub(super) async fn of_resource(
    call: &CallContext,
    backend: &Backend,
    operation: &str,
    input: &Value,
) -> Result<Conditions, AwsError> {
    let mut all = Conditions::default();
    let (Some(thing), Some((get, members))) = (Thing::of(operation), shows(operation)) else { return Ok(all) };
    let named: Map<String, Value> =
        members.iter().filter_map(|member| Some(((*member).to_owned(), input.get(*member)?.clone()))).collect();
    let Some(shown) = show(call, backend, get, Value::Object(named)).await? else { return Ok(all) };
    thing.add("Resource", &shown, &mut all);
    // What a document takes the place of counts with it.
    let parts: &[(&str, Thing)] = match operation {
        "PutRestApi" => &[("GetAuthorizers", Thing::Authorizer), ("GetResources", Thing::Route)],
        "ReimportApi" => &[("GetAuthorizers", Thing::Authorizer), ("GetRoutes", Thing::Route)],
        _ => &[],
    };
    for (list, part) in parts {
        for one in pages(call, backend, list, input).await? {
            part.add("Resource", &one, &mut all);
        }
    }
    Ok(all)
}

/// What is there, as the service shows it; none where it is not.
async fn show(
    call: &CallContext,
    backend: &Backend,
    operation: &'static str,
    input: Value,
) -> Result<Option<Value>, AwsError> {
    match backend.service.call(call, operation, input, None).await {
        Ok(answer) => Ok(Some(answer.output)),
        Err(error) if error.internal.is_some() => Err(error),
        // The operation itself refuses what is not there.
        Err(_) => Ok(None),
    }
}

/// All that a list shows; the methods of resources.
async fn pages(
    call: &CallContext,
    backend: &Backend,
    list: &'static str,
    input: &Value,
) -> Result<Vec<Value>, AwsError> {
    let mut found = Vec::new();
    let mut position: Option<Value> = None;
    loop {
        let query = match input.get("ApiId") {
            Some(api) => json!({ "ApiId": api, "MaxResults": "500", "NextToken": position }),
            None => {
                json!({ "restApiId": input.get("restApiId"), "limit": 500, "position": position, "embed": ["methods"] })
            }
        };
        let query = without_nulls(query);
        let Some(page) = show(call, backend, list, query).await? else { return Ok(found) };
        let items = page.get("items").or_else(|| page.get("item")).or_else(|| page.get("Items"));
        for item in items.and_then(Value::as_array).into_iter().flatten() {
            match item.get("resourceMethods").and_then(Value::as_object) {
                Some(methods) => found.extend(methods.values().cloned()),
                None if list == "GetResources" => {}
                None => found.push(item.clone()),
            }
        }
        match page.get("position").or_else(|| page.get("NextToken")).filter(|next| next.is_string()) {
            Some(next) => position = Some(next.clone()),
            None => return Ok(found),
        }
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(members.into_iter().filter(|(_, member)| !member.is_null()).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(operation: &str, input: &Value, expected: &[(&str, &[&str])]) {
        let found = of_request(operation, input);
        let mut found: Vec<(String, Vec<String>)> = found.0;
        found.sort();
        let expected: Vec<(String, Vec<String>)> = expected
            .iter()
            .map(|(key, values)| {
                (format!("apigateway:Request/{key}"), values.iter().map(|value| (*value).to_owned()).collect())
            })
            .collect();
        assert_eq!(found, expected, "{operation} {input}");
    }

    fn patch(operations: &[(&str, &str, &str)]) -> Value {
        let one = |(op, path, value): &(&str, &str, &str)| json!({ "op": op, "path": path, "value": value });
        json!({ "restApiId": "abc", "patchOperations": operations.iter().map(one).collect::<Vec<_>>() })
    }

    #[test]
    fn a_call_says_what_it_asks_for_in_either_version() {
        let policy = "SecurityPolicy_TLS13_1_3_2025_09";
        let api = json!({ "name": "n", "endpointConfiguration": { "types": ["PRIVATE"] }, "securityPolicy": policy,
            "disableExecuteApiEndpoint": true });
        let expected: [(&str, &[&str]); 4] = [
            ("ApiName", &["n"]),
            ("DisableExecuteApiEndpoint", &["true"]),
            ("EndpointType", &["PRIVATE"]),
            ("SecurityPolicy", &[policy]),
        ];
        check("CreateRestApi", &api, &expected);
        let changed = patch(&[
            ("replace", "/name", "n"),
            ("replace", "/disableExecuteApiEndpoint", "true"),
            ("replace", "/endpointConfiguration/types/EDGE", "PRIVATE"),
            ("replace", "/securityPolicy", policy),
            ("remove", "/description", ""),
        ]);
        check("UpdateRestApi", &changed, &expected);
        check(
            "CreateApi",
            &json!({ "Name": "n", "DisableExecuteApiEndpoint": false }),
            &[("ApiName", &["n"]), ("DisableExecuteApiEndpoint", &["false"])],
        );
        let domain = json!({ "DomainName": "x", "DomainNameConfigurations": [{ "EndpointType": "REGIONAL", "SecurityPolicy": "TLS_1_2" }],
            "MutualTlsAuthentication": { "TruststoreUri": "s3://b/k" }, "RoutingMode": "API_MAPPING_ONLY" });
        check(
            "CreateDomainName",
            &domain,
            &[
                ("EndpointType", &["REGIONAL"]),
                ("MtlsTrustStoreUri", &["s3://b/k"]),
                ("RoutingMode", &["API_MAPPING_ONLY"]),
                ("SecurityPolicy", &["TLS_1_2"]),
            ],
        );
        let logs =
            patch(&[("add", "/accessLogSettings/destinationArn", "arn:l"), ("add", "/accessLogSettings/format", "f")]);
        check("UpdateStage", &logs, &[("AccessLoggingDestination", &["arn:l"]), ("AccessLoggingFormat", &["f"])]);
        let rule = json!({ "Priority": 5, "Conditions": [{ "MatchBasePaths": { "AnyOf": ["a", "b"] } }] });
        check("CreateRoutingRule", &rule, &[("ConditionBasePaths", &["a", "b"]), ("Priority", &["5"])]);
        check("CreateDeployment", &json!({ "stageName": "dev" }), &[("StageName", &["dev"])]);
        check("DeleteRestApi", &json!({ "restApiId": "abc" }), &[]);
        check("CreateResource", &json!({ "pathPart": "x" }), &[]);
    }

    #[test]
    fn a_method_without_a_word_of_its_authorization_is_open() {
        let open: [(&str, &[&str]); 2] = [("ApiKeyRequired", &["false"]), ("RouteAuthorizationType", &["NONE"])];
        check("CreateRoute", &json!({ "RouteKey": "GET /" }), &open);
        check("PutMethod", &json!({ "authorizationType": "NONE" }), &open);
        let target = json!({ "Name": "n", "Target": "https://x" });
        check(
            "CreateApi",
            &target,
            &[("ApiKeyRequired", &["false"]), ("ApiName", &["n"]), ("RouteAuthorizationType", &["NONE"])],
        );
        check("UpdateRoute", &json!({ "AuthorizationType": "JWT" }), &[("RouteAuthorizationType", &["JWT"])]);
    }

    #[test]
    fn a_document_says_what_it_makes() {
        let rest = json!({ "swagger": "2.0", "info": { "title": "doc", "version": "1" },
            "securityDefinitions": {
                "key": { "type": "apiKey", "name": "x-api-key", "in": "header" },
                "sigv4": { "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4" } },
            "paths": { "/a": { "get": { "security": [{ "key": [] }] }, "post": { "security": [{ "sigv4": [] }] } } } });
        let input = json!({ "body": STANDARD.encode(rest.to_string()), "parameters": { "endpointConfigurationTypes": "REGIONAL" } });
        check(
            "ImportRestApi",
            &input,
            &[
                ("ApiKeyRequired", &["true", "false"]),
                ("ApiName", &["doc"]),
                ("EndpointType", &["REGIONAL"]),
                ("RouteAuthorizationType", &["NONE", "AWS_IAM"]),
            ],
        );
        let http =
            json!({ "openapi": "3.0.1", "info": { "title": "doc", "version": "1" }, "paths": { "/a": { "get": {} } } });
        check(
            "ImportApi",
            &json!({ "Body": http.to_string() }),
            &[("ApiKeyRequired", &["false"]), ("ApiName", &["doc"]), ("RouteAuthorizationType", &["NONE"])],
        );
    }
}
