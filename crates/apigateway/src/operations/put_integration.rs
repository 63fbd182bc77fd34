//! PutIntegration. Not built: services other than Lambda and those of this server.

use execute_api::catalogue::{HttpMethod, IntegrationType, PassthroughBehavior};
use execute_api::integration_plan::TransferMode;
use execute_api::parameter_mapping::{ParameterSource, RequestTarget};
use model::PutIntegrationRequest;
use model_apigateway as model;
use store::retry;

use crate::Cx;
use crate::entity::Integration;
use crate::error::{Result, bad_request, invalid_mapping};
use crate::not_built;
use crate::validate;

/// Where a method's integration gives no time, in milliseconds.
const DEFAULT_TIMEOUT_MS: i32 = 29_000;
/// The longest time, in milliseconds. At AWS it is 29,000 until an account asks for more; here it is this from the start.
const MAX_TIMEOUT_MS: i32 = 300_000;
/// The same of an answer that flows ("You can stream your response for up to 15 minutes").
const MAX_STREAM_MS: i32 = 900_000;

/// Sets what a method calls. An integration that was there is replaced with its responses.
pub async fn put_integration(cx: &Cx<'_>, input: PutIntegrationRequest) -> Result<model::Integration> {
    retry(cx.store(), || put(cx, &input)).await
}

async fn put(cx: &Cx<'_>, input: &PutIntegrationRequest) -> Result<model::Integration> {
    let api = cx.api(&input.rest_api_id).await?;
    let (resource, mut method) = cx.method(&api, &input.resource_id, &input.http_method).await?;
    let is_mock = input.r#type == model::IntegrationType::Mock;
    let internal = (!is_mock).then(|| model::ConnectionType::Internet.as_str().to_owned());
    let integration = Integration {
        kind: input.r#type.as_str().to_owned(),
        http_method: input.integration_http_method.clone(),
        uri: input.uri.clone(),
        connection_type: input.connection_type.map(|kind| kind.as_str().to_owned()).or(internal),
        connection_id: input.connection_id.clone(),
        integration_target: input.integration_target.clone().filter(|target| !target.is_empty()),
        credentials: input.credentials.clone().filter(|arn| !arn.is_empty()),
        content_handling: input.content_handling.map(|handling| handling.as_str().to_owned()),
        insecure_skip_verification: input.tls_config.as_ref().and_then(|tls| tls.insecure_skip_verification),
        request_parameters: input.request_parameters.clone().unwrap_or_default(),
        request_templates: input.request_templates.clone().unwrap_or_default(),
        passthrough_behavior: input
            .passthrough_behavior
            .clone()
            .unwrap_or_else(|| PassthroughBehavior::WhenNoMatch.as_str().to_owned()),
        response_transfer_mode: input.response_transfer_mode.map(|mode| mode.as_str().to_owned()),
        timeout_ms: input.timeout_in_millis.unwrap_or(DEFAULT_TIMEOUT_MS),
        cache_namespace: input.cache_namespace.clone().unwrap_or_else(|| input.resource_id.clone()),
        cache_key_parameters: input.cache_key_parameters.clone().unwrap_or_default(),
        ..Integration::default()
    };
    check(&integration)?;
    method.integration = Some(integration.clone());
    cx.put_back(&api, resource.value, &method).await?;
    Ok(integration.output())
}

/// The rules of an integration's own settings.
pub(super) fn check(integration: &Integration) -> Result<()> {
    let kind = IntegrationType::parse(&integration.kind);
    match kind.ok_or_else(|| bad_request("Invalid integration type specified"))? {
        // Clients send verb and endpoint for a MOCK too; nothing is called.
        IntegrationType::Mock => {
            integration.http_method.as_deref().map(validate::http_method).transpose()?;
            validate::short("uri", integration.uri.as_deref())?;
        }
        IntegrationType::Http | IntegrationType::HttpProxy => {
            check_verb(integration)?;
            check_endpoint(integration.uri.as_deref().unwrap_or_default())?;
        }
        aws @ (IntegrationType::Aws | IntegrationType::AwsProxy) => {
            check_verb(integration)?;
            check_arn(aws, integration.uri.as_deref().unwrap_or_default())?;
        }
    }
    check_connection(integration)?;
    check_credentials(integration.credentials.as_deref())?;
    check_transfer(integration)?;
    if PassthroughBehavior::parse(&integration.passthrough_behavior).is_none() {
        return Err(bad_request(
            "Invalid passthroughBehavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER",
        ));
    }
    validate::templates(&integration.request_templates)?;
    validate::short("cacheNamespace", Some(&integration.cache_namespace))?;
    validate::short_list("A cache key parameter", &integration.cache_key_parameters)?;
    validate::mapping(&integration.request_parameters)?;
    for (target, source) in &integration.request_parameters {
        if RequestTarget::parse(target).is_none() {
            return Err(invalid_mapping(target));
        }
        if ParameterSource::parse_request(source).is_none() {
            return Err(invalid_mapping(source));
        }
    }
    Ok(())
}

/// What flows is the answer of a proxy, and a function's by the address of answers that flow. (The sentences are our own.)
fn check_transfer(integration: &Integration) -> Result<()> {
    let streamed = integration.is_streamed();
    let longest = if streamed { MAX_STREAM_MS } else { MAX_TIMEOUT_MS };
    if !(50..=longest).contains(&integration.timeout_ms) {
        let told = if streamed { MAX_STREAM_MS } else { DEFAULT_TIMEOUT_MS };
        return Err(bad_request(format!("Timeout should be between 50 ms and {told} ms")));
    }
    let function = integration.uri.as_deref().and_then(crate::compile::function_address);
    match IntegrationType::parse(&integration.kind) {
        Some(IntegrationType::HttpProxy) => Ok(()),
        Some(IntegrationType::AwsProxy) => match (streamed, function.map(|address| address.transfer)) {
            (true, Some(TransferMode::Buffered)) => Err(bad_request(
                "responseTransferMode STREAM requires a URI that ends with /response-streaming-invocations",
            )),
            (false, Some(TransferMode::Stream)) => Err(bad_request(
                "A URI that ends with /response-streaming-invocations requires responseTransferMode STREAM",
            )),
            _ => Ok(()),
        },
        _ if streamed => {
            Err(bad_request("responseTransferMode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations"))
        }
        _ => Ok(()),
    }
}

fn check_verb(integration: &Integration) -> Result<()> {
    match integration.http_method.as_deref() {
        None | Some("") => Err(bad_request("Enumeration value for HttpMethod must be non-empty")),
        Some(verb) => HttpMethod::parse(verb).map(drop).ok_or_else(crate::error::invalid_http_method),
    }
}

/// An absolute URL; host and all may come from stage variables.
fn check_endpoint(uri: &str) -> Result<()> {
    let scheme = ["http://", "https://"].iter().find_map(|scheme| uri.strip_prefix(scheme));
    let by_variable = uri.starts_with("${stageVariables.");
    let good =
        uri.len() <= 2048 && (by_variable || scheme.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')));
    if good { Ok(()) } else { Err(bad_request("Invalid HTTP endpoint specified for URI")) }
}

/// `arn:aws:apigateway:<region>:<service>:path/…` or `:action/…`
fn check_arn(kind: IntegrationType, uri: &str) -> Result<()> {
    let arn = aws_types::Arn::parse(uri).ok_or_else(|| bad_request("Invalid ARN specified in the request"))?;
    validate::short("uri", Some(uri))?;
    if !arn.resource.starts_with("path/") && !arn.resource.starts_with("action/") {
        return Err(bad_request("AWS ARN for integration must contain path or action"));
    }
    match (kind, arn.account.as_str()) {
        (IntegrationType::AwsProxy, "lambda") => match crate::compile::function_address(uri) {
            Some(_) => Ok(()),
            None => Err(bad_request("Invalid lambda function")),
        },
        (_, "lambda") => match crate::compile::lambda_function(uri) {
            Some(_) => Ok(()),
            None => Err(bad_request("Invalid lambda function")),
        },
        (IntegrationType::AwsProxy, "firehose") => Err(not_built::value_of("AWS_PROXY service", "firehose")),
        (IntegrationType::AwsProxy, _) => Err(bad_request(
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        )),
        (_, service) if service.ends_with(".s3") => Ok(()),
        (_, "s3" | "sts" | "iam" | "cognito-idp" | "cognito-identity" | "logs") => Ok(()),
        (_, other) => Err(not_built::value_of("AWS integration with service", other)),
    }
}

/// A VPC link is named, and only for endpoints.
fn check_connection(integration: &Integration) -> Result<()> {
    let linked = integration.connection_type.as_deref() == Some("VPC_LINK");
    let http =
        matches!(IntegrationType::parse(&integration.kind), Some(IntegrationType::Http | IntegrationType::HttpProxy));
    let id = integration.connection_id.as_deref().filter(|id| !id.is_empty());
    validate::short("connectionId", id)?;
    match (linked, id) {
        (true, _) if !http => Err(bad_request("VPC links are only supported for HTTP and HTTP_PROXY integrations")),
        (true, None) => Err(bad_request("connectionId must be specified for a connectionType of VPC_LINK")),
        _ => check_target(integration, linked),
    }
}

/// A load balancer of an application or of the network, or a listener of one, behind a VPC link. (own sentences)
fn check_target(integration: &Integration, linked: bool) -> Result<()> {
    let Some(target) = integration.integration_target.as_deref() else { return Ok(()) };
    if !linked {
        return Err(bad_request("integrationTarget can only be specified for a connectionType of VPC_LINK"));
    }
    let balances = |arn: &aws_types::Arn| {
        let kinds = ["loadbalancer/app/", "loadbalancer/net/", "listener/app/", "listener/net/"];
        arn.service == "elasticloadbalancing" && kinds.iter().any(|kind| arn.resource.starts_with(kind))
    };
    match aws_types::Arn::parse(target).filter(|arn| target.len() <= 2048 && balances(arn)) {
        Some(_) => Ok(()),
        None => Err(bad_request(
            "Invalid integrationTarget specified, must be the ARN of an Application or Network Load Balancer",
        )),
    }
}

/// A role's ARN, of which stage variables may be a part, or what stands for the caller's own credentials.
fn check_credentials(credentials: Option<&str>) -> Result<()> {
    let Some(credentials) = credentials else { return Ok(()) };
    validate::short("credentials", Some(credentials))?;
    let callers = credentials == Integration::CALLERS;
    let role = credentials.starts_with("arn:aws:iam::") && credentials.contains(":role/");
    if callers || role || credentials.contains("${stageVariables.") {
        Ok(())
    } else {
        Err(bad_request("Invalid ARN specified in the request"))
    }
}
