//! Integrations ("Configuring integrations for HTTP APIs", "Setting up integrations for WebSocket APIs") and, for
//! WebSocket APIs, their responses.

use aws_types::Arn;
use execute_api::access_plan::function_of;
use execute_api::catalogue::HttpMethod;
use execute_api::uri_template::UriTemplate;
use http_api::plan::{PayloadFormat, RequestMapping, ResponseMapping};
use model_apigatewayv2 as model;

use super::socket;
use crate::entity::{Integration, IntegrationResponse, Protocol};
use crate::error::{Result, bad_request, invalid_mapping, not_for};
use crate::validate::{entries, length, map, merge, role, set};

/// Longest mapping template, in bytes.
const MAX_TEMPLATE: usize = 300 * 1024;
/// Shortest time a backend may be given, in milliseconds.
const MIN_TIMEOUT_MS: i32 = 50;

/// Subtypes with the parameters that they require ("AWS service integration reference").
const SUBTYPES: [(&str, &[&str]); 10] = [
    ("EventBridge-PutEvents", &["Detail", "DetailType", "Source"]),
    ("SQS-SendMessage", &["QueueUrl", "MessageBody"]),
    ("SQS-ReceiveMessage", &["QueueUrl"]),
    ("SQS-DeleteMessage", &["QueueUrl", "ReceiptHandle"]),
    ("SQS-PurgeQueue", &["QueueUrl"]),
    ("AppConfig-GetConfiguration", &["Application", "Environment", "Configuration", "ClientId"]),
    ("Kinesis-PutRecord", &["StreamName", "Data", "PartitionKey"]),
    ("StepFunctions-StartExecution", &["StateMachineArn"]),
    ("StepFunctions-StartSyncExecution", &["StateMachineArn"]),
    ("StepFunctions-StopExecution", &["ExecutionArn"]),
];

/// The longest that a backend may take, in milliseconds; also what it may where nothing is said.
pub const fn max_timeout_ms(protocol: Protocol) -> i32 {
    match protocol {
        Protocol::Http => 30_000,
        Protocol::WebSocket => 29_000,
    }
}

/// An integration of which nothing is set.
pub fn new(id: String, protocol: Protocol) -> Integration {
    Integration {
        id,
        connection_type: "INTERNET".to_owned(),
        timeout_ms: max_timeout_ms(protocol),
        ..Integration::default()
    }
}

/// Applies a change.
pub fn apply(integration: &mut Integration, change: &model::UpdateIntegrationRequest) {
    if let Some(kind) = change.integration_type {
        kind.as_str().clone_into(&mut integration.integration_type);
    }
    if let Some(kind) = change.connection_type {
        kind.as_str().clone_into(&mut integration.connection_type);
        if kind == model::ConnectionType::Internet {
            integration.connection_id = None;
            integration.server_name_to_verify = None;
        }
    }
    set(&mut integration.subtype, change.integration_subtype.clone());
    set(&mut integration.method, change.integration_method.clone());
    set(&mut integration.uri, change.integration_uri.clone());
    set(&mut integration.connection_id, change.connection_id.clone());
    set(&mut integration.credentials_arn, change.credentials_arn.clone());
    set(&mut integration.description, change.description.clone());
    set(&mut integration.payload_format_version, change.payload_format_version.clone());
    set(&mut integration.template_selection_expression, change.template_selection_expression.clone());
    merge(&mut integration.request_parameters, change.request_parameters.clone());
    merge(&mut integration.request_templates, change.request_templates.clone());
    for (status, mappings) in change.response_parameters.clone().into_iter().flatten() {
        let kept = integration.response_parameters.entry(status.clone()).or_default();
        let emptied = mappings.is_empty();
        merge(kept, Some(mappings));
        if emptied || kept.is_empty() {
            integration.response_parameters.remove(&status);
        }
    }
    if let Some(behavior) = change.passthrough_behavior {
        integration.passthrough_behavior = Some(behavior.as_str().to_owned());
    }
    if let Some(strategy) = change.content_handling_strategy {
        integration.content_handling = Some(strategy.as_str().to_owned());
    }
    integration.timeout_ms = change.timeout_in_millis.unwrap_or(integration.timeout_ms);
    if let Some(tls) = &change.tls_config {
        integration.server_name_to_verify =
            Some(tls.server_name_to_verify.clone().unwrap_or_default()).filter(|name| !name.is_empty());
    }
}

/// Sets what a new integration of this protocol has where nothing is said.
pub fn complete(integration: &mut Integration, protocol: Protocol) {
    let kind = integration.integration_type.as_str();
    match protocol {
        Protocol::Http if kind == "AWS_PROXY" && integration.subtype.is_none() => {
            integration.method.get_or_insert_with(|| "POST".to_owned());
        }
        Protocol::Http if kind != "AWS_PROXY" || integration.subtype.is_some() => {
            integration.payload_format_version.get_or_insert_with(|| "1.0".to_owned());
        }
        Protocol::Http => {}
        Protocol::WebSocket => {
            integration.payload_format_version.get_or_insert_with(|| "1.0".to_owned());
            integration.passthrough_behavior.get_or_insert_with(|| "WHEN_NO_MATCH".to_owned());
            integration.response_selection_expression = Some("${integration.response.statuscode}".to_owned());
            if kind.starts_with("AWS") {
                integration.method.get_or_insert_with(|| "POST".to_owned());
            }
        }
    }
}

/// Judges an integration of an API of this protocol.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check(integration: &Integration, protocol: Protocol) -> Result<()> {
    length("description", integration.description.as_deref(), (0, 1024))?;
    length("integrationUri", integration.uri.as_deref(), (1, 2048))?;
    length("integrationMethod", integration.method.as_deref(), (1, 64))?;
    length("connectionId", integration.connection_id.as_deref(), (1, 1024))?;
    length("tlsConfig.serverNameToVerify", integration.server_name_to_verify.as_deref(), (1, 512))?;
    role("credentialsArn", integration.credentials_arn.as_deref())?;
    let most = max_timeout_ms(protocol);
    if !(MIN_TIMEOUT_MS..=most).contains(&integration.timeout_ms) {
        return Err(bad_request(format_args!("Timeout should be between {MIN_TIMEOUT_MS} ms and {most} ms")));
    }
    let version = integration.payload_format_version.as_deref();
    if version.is_some_and(|version| PayloadFormat::parse(version).is_none()) {
        return Err(bad_request("Invalid value for PayloadFormatVersion. Must be one of: [1.0, 2.0]"));
    }
    entries("requestParameters", integration.request_parameters.len())?;
    if integration.server_name_to_verify.is_some() && integration.connection_type != "VPC_LINK" {
        return Err(bad_request("tlsConfig is only supported for private integrations"));
    }
    match protocol {
        Protocol::Http => check_http(integration),
        Protocol::WebSocket => check_socket(integration),
    }
}

fn check_http(integration: &Integration) -> Result<()> {
    let foreign = [
        ("requestTemplates", !integration.request_templates.is_empty()),
        ("templateSelectionExpression", integration.template_selection_expression.is_some()),
        ("passthroughBehavior", integration.passthrough_behavior.is_some()),
        ("contentHandlingStrategy", integration.content_handling.is_some()),
    ];
    if let Some((setting, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(not_for(setting, "HTTP"));
    }
    match integration.integration_type.as_str() {
        "HTTP_PROXY" => check_http_proxy(integration)?,
        "AWS_PROXY" if integration.subtype.is_some() => return check_subtype(integration),
        "AWS_PROXY" => check_function(integration)?,
        other => return Err(not_for(&format!("Integration type {other}"), "HTTP")),
    }
    mappings(integration)
}

fn check_http_proxy(integration: &Integration) -> Result<()> {
    if integration.subtype.is_some() {
        return Err(bad_request("integrationSubtype is only supported for integration type AWS_PROXY"));
    }
    if integration.payload_format_version.as_deref() != Some("1.0") {
        return Err(bad_request("PayloadFormatVersion must be 1.0 for integration type HTTP_PROXY"));
    }
    let method = integration.method.as_deref();
    let method = method.ok_or_else(|| bad_request("integrationMethod is required for integration type HTTP_PROXY"))?;
    HttpMethod::parse(method).ok_or_else(|| {
        bad_request("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY")
    })?;
    let uri = integration.uri.as_deref();
    let uri = uri.ok_or_else(|| bad_request("integrationUri is required for integration type HTTP_PROXY"))?;
    if integration.connection_type != "VPC_LINK" {
        return check_endpoint(uri);
    }
    if integration.connection_id.is_none() {
        return Err(bad_request("connectionId is required for connection type VPC_LINK"));
    }
    let private = Arn::parse(uri).is_some_and(|arn| {
        (arn.service == "elasticloadbalancing" && arn.resource.starts_with("listener/"))
            || (arn.service == "servicediscovery" && arn.resource.starts_with("service/"))
    });
    if private {
        return Ok(());
    }
    Err(bad_request(format_args!(
        "Invalid integrationUri specified. A private integration needs the ARN of a listener or of a Cloud Map service: \
         {uri:.300}"
    )))
}

/// `https://host/path`, perhaps with variables.
fn check_endpoint(uri: &str) -> Result<()> {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    let plain = !uri.chars().any(|c| c.is_whitespace() || c.is_control());
    if host.is_some_and(|host| !host.is_empty() && !host.contains('@')) && plain {
        return Ok(());
    }
    Err(bad_request(format_args!("Invalid HTTP endpoint specified for URI: {uri:.300}")))
}

fn check_function(integration: &Integration) -> Result<()> {
    if integration.payload_format_version.is_none() {
        return Err(bad_request("PayloadFormatVersion is a required parameter for integration"));
    }
    if integration.connection_type == "VPC_LINK" {
        return Err(bad_request("Connection type VPC_LINK is not supported for integration type AWS_PROXY"));
    }
    if integration.method.as_deref().is_some_and(|method| method != "POST") {
        return Err(bad_request("integrationMethod must be POST for integration type AWS_PROXY"));
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    match function(uri) {
        Some(_) => Ok(()),
        None => Err(bad_request(format_args!(
            "Invalid integrationUri specified. Integration type AWS_PROXY needs the ARN of a Lambda function: {uri:.300}"
        ))),
    }
}

/// The function that a URI names: by its own ARN, or by that of its invocation.
pub fn function(uri: &str) -> Option<UriTemplate> {
    let own = uri.strip_prefix("arn:").is_some_and(|rest| {
        let parts: Vec<&str> = rest.split(':').collect();
        matches!(parts.as_slice(), [_, "lambda", _, _, "function", name, ..] if !name.is_empty()) && parts.len() <= 7
    });
    if own { Some(UriTemplate::parse(uri)) } else { function_of(uri) }
}

fn check_subtype(integration: &Integration) -> Result<()> {
    let name = integration.subtype.as_deref().unwrap_or_default();
    let known = SUBTYPES.iter().find(|(subtype, _)| *subtype == name);
    let (_, required) =
        known.ok_or_else(|| bad_request(format_args!("Invalid integrationSubtype specified: {name:.128}")))?;
    if integration.credentials_arn.is_none() {
        return Err(bad_request(format_args!("credentialsArn is required for integration subtype {name}")));
    }
    if integration.uri.is_some() {
        return Err(bad_request(format_args!("integrationUri is not supported for integration subtype {name}")));
    }
    if integration.payload_format_version.as_deref() != Some("1.0") {
        return Err(bad_request(format_args!("PayloadFormatVersion must be 1.0 for integration subtype {name}")));
    }
    if let Some(missing) = required.iter().find(|one| !integration.request_parameters.contains_key(**one)) {
        return Err(bad_request(format_args!("Missing required request parameter {missing} for {name}")));
    }
    for (parameter, value) in &integration.request_parameters {
        if parameter.is_empty() || !parameter.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(invalid_mapping(parameter));
        }
        RequestMapping::parse("append:header.value", value).map_err(|_| invalid_mapping(value))?;
    }
    responses(integration)
}

fn mappings(integration: &Integration) -> Result<()> {
    for (key, value) in &integration.request_parameters {
        length("requestParameters", Some(value), (1, 512))?;
        RequestMapping::parse(key, value).map_err(bad_request)?;
    }
    responses(integration)
}

fn responses(integration: &Integration) -> Result<()> {
    entries("responseParameters", integration.response_parameters.len())?;
    for (status, mappings) in &integration.response_parameters {
        if status.parse::<u16>().ok().is_none_or(|code| !(200..=599).contains(&code)) || status.len() != 3 {
            return Err(bad_request(format_args!(
                "Invalid responseParameters specified. A status code must be between 200 and 599: {status:.32}"
            )));
        }
        entries("responseParameters", mappings.len())?;
        for (key, value) in mappings {
            length("responseParameters", Some(value), (1, 512))?;
            ResponseMapping::parse(key, value).map_err(bad_request)?;
        }
    }
    Ok(())
}

fn check_socket(integration: &Integration) -> Result<()> {
    if integration.subtype.is_some() {
        return Err(not_for("integrationSubtype", "WEBSOCKET"));
    }
    if !integration.response_parameters.is_empty() {
        return Err(not_for("responseParameters", "WEBSOCKET"));
    }
    let uri = integration.uri.as_deref();
    match integration.integration_type.as_str() {
        "MOCK" => {}
        "HTTP" | "HTTP_PROXY" => {
            let uri = uri.ok_or_else(|| bad_request("integrationUri is required for an HTTP integration"))?;
            check_endpoint(uri)?;
            let method = integration.method.as_deref().unwrap_or_default();
            HttpMethod::parse(method).ok_or_else(|| {
                bad_request(
                    "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
                )
            })?;
        }
        _ => {
            let uri = uri.ok_or_else(|| bad_request("integrationUri is required for an AWS integration"))?;
            let service = Arn::parse(uri).is_some_and(|arn| arn.service == "apigateway");
            if function(uri).is_none() && !(service && integration.integration_type == "AWS") {
                return Err(bad_request(format_args!("Invalid ARN specified in the request: {uri:.300}")));
            }
        }
    }
    length("templateSelectionExpression", integration.template_selection_expression.as_deref(), (1, 128))?;
    templates("requestTemplates", &integration.request_templates)?;
    for (target, source) in &integration.request_parameters {
        if !socket::is_request_target(target) {
            return Err(invalid_mapping(target));
        }
        if !socket::is_request_source(source) {
            return Err(invalid_mapping(source));
        }
    }
    Ok(())
}

fn templates(setting: &str, templates: &crate::entity::TextMap) -> Result<()> {
    map(setting, templates, MAX_TEMPLATE)
}

/// Applies a change to a response.
pub fn apply_response(response: &mut IntegrationResponse, change: &model::UpdateIntegrationResponseRequest) {
    if let Some(key) = &change.integration_response_key {
        response.key.clone_from(key);
    }
    merge(&mut response.response_parameters, change.response_parameters.clone());
    merge(&mut response.response_templates, change.response_templates.clone());
    set(&mut response.template_selection_expression, change.template_selection_expression.clone());
    if let Some(strategy) = change.content_handling_strategy {
        response.content_handling = Some(strategy.as_str().to_owned());
    }
}

/// Judges a response of a WebSocket API's integration.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check_response(response: &IntegrationResponse) -> Result<()> {
    socket::check_response_key("integrationResponseKey", &response.key)?;
    length("templateSelectionExpression", response.template_selection_expression.as_deref(), (1, 128))?;
    templates("responseTemplates", &response.response_templates)?;
    entries("responseParameters", response.response_parameters.len())?;
    for (target, source) in &response.response_parameters {
        if !socket::is_response_target(target) {
            return Err(invalid_mapping(target));
        }
        if !socket::is_response_source(source) {
            return Err(invalid_mapping(source));
        }
    }
    Ok(())
}
