//! Authorizers ("Controlling access to HTTP APIs with JWT authorizers", "Working with AWS Lambda authorizers for HTTP
//! APIs", "Creating a Lambda REQUEST authorizer function" for WebSocket APIs).

use http_api::plan::{IdentitySource, PayloadFormat};
use model_apigatewayv2 as model;

use super::integration::function;
use crate::entity::{Authorizer, Protocol};
use crate::error::{Result, bad_request, limit_exceeded, not_for};
use crate::validate::{length, role, set};

/// Most audiences of an authorizer (quota).
const MAX_AUDIENCES: usize = 50;
/// Longest life of an answer, in seconds.
const MAX_TTL_S: i32 = 3_600;
/// Most places of an identity.
const MAX_SOURCES: usize = 30;

/// Applies a change.
pub fn apply(authorizer: &mut Authorizer, change: &model::UpdateAuthorizerRequest) {
    if let Some(name) = &change.name {
        authorizer.name.clone_from(name);
    }
    if let Some(kind) = change.authorizer_type {
        kind.as_str().clone_into(&mut authorizer.authorizer_type);
    }
    if let Some(sources) = &change.identity_source {
        authorizer.identity_source.clone_from(sources);
    }
    if let Some(jwt) = &change.jwt_configuration {
        set(&mut authorizer.issuer, jwt.issuer.clone());
        if let Some(audience) = &jwt.audience {
            authorizer.audience.clone_from(audience);
        }
    }
    set(&mut authorizer.uri, change.authorizer_uri.clone());
    set(&mut authorizer.credentials_arn, change.authorizer_credentials_arn.clone());
    set(&mut authorizer.payload_format_version, change.authorizer_payload_format_version.clone());
    set(&mut authorizer.identity_validation_expression, change.identity_validation_expression.clone());
    authorizer.result_ttl_s = change.authorizer_result_ttl_in_seconds.or(authorizer.result_ttl_s);
    authorizer.enable_simple_responses = change.enable_simple_responses.or(authorizer.enable_simple_responses);
}

/// Judges an authorizer of an API of this protocol, but for whether its issuer answers.
///
/// # Errors
/// `BadRequestException` that names the member.
pub fn check(authorizer: &Authorizer, protocol: Protocol) -> Result<()> {
    length("name", Some(&authorizer.name), (1, 128))?;
    length("identityValidationExpression", authorizer.identity_validation_expression.as_deref(), (1, 1024))?;
    match (authorizer.is_jwt(), protocol) {
        (true, Protocol::Http) => check_jwt(authorizer),
        (true, Protocol::WebSocket) => Err(not_for("Authorizer type JWT", "WEBSOCKET")),
        (false, Protocol::Http) => check_request(authorizer),
        (false, Protocol::WebSocket) => check_socket(authorizer),
    }
}

fn check_jwt(authorizer: &Authorizer) -> Result<()> {
    let foreign = [
        ("authorizerUri", authorizer.uri.is_some()),
        ("authorizerCredentialsArn", authorizer.credentials_arn.is_some()),
        ("authorizerPayloadFormatVersion", authorizer.payload_format_version.is_some()),
        ("authorizerResultTtlInSeconds", authorizer.result_ttl_s.is_some_and(|ttl| ttl != 0)),
        ("enableSimpleResponses", authorizer.enable_simple_responses == Some(true)),
    ];
    if let Some((setting, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(bad_request(format_args!("{setting} is not supported for authorizer type JWT")));
    }
    if authorizer.identity_source.is_empty() {
        return Err(bad_request("identitySource is a required parameter for JWT authorizer"));
    }
    let place = |text: &String| {
        matches!(IdentitySource::parse(text), Some(IdentitySource::Header(_) | IdentitySource::Query(_)))
    };
    sources(authorizer, place)?;
    let issuer = authorizer.issuer.as_deref();
    let issuer = issuer.ok_or_else(|| bad_request("Issuer is a required parameter for JWT authorizer"))?;
    let url = issuer.starts_with("https://") || issuer.starts_with("http://");
    if !url || issuer.len() > 2048 || issuer.contains(|c: char| c.is_whitespace() || "?#@".contains(c)) {
        return Err(bad_request(format_args!("Invalid issuer: {issuer:.300}. Issuer must be a valid URL")));
    }
    if authorizer.audience.is_empty() {
        return Err(bad_request("Audience is a required parameter for JWT authorizer"));
    }
    if authorizer.audience.len() > MAX_AUDIENCES {
        return Err(limit_exceeded("audiences per authorizer", MAX_AUDIENCES));
    }
    authorizer.audience.iter().try_for_each(|one| length("audience", Some(one), (1, 1024)))
}

fn check_function(authorizer: &Authorizer) -> Result<()> {
    if authorizer.issuer.is_some() || !authorizer.audience.is_empty() {
        return Err(bad_request("jwtConfiguration is not supported for authorizer type REQUEST"));
    }
    let uri = authorizer.uri.as_deref().unwrap_or_default();
    if function(uri).is_none() || uri.len() > 2048 {
        return Err(bad_request(format_args!(
            "Invalid authorizerUri specified. It must be the URI of a Lambda function: {uri:.300}"
        )));
    }
    role("authorizerCredentialsArn", authorizer.credentials_arn.as_deref())
}

fn check_request(authorizer: &Authorizer) -> Result<()> {
    check_function(authorizer)?;
    let version = authorizer.payload_format_version.as_deref();
    let version = version
        .ok_or_else(|| bad_request("AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"))?;
    let format = PayloadFormat::parse(version);
    if format.is_none() {
        return Err(bad_request("Invalid value for AuthorizerPayloadFormatVersion. Must be one of: [1.0, 2.0]"));
    }
    if authorizer.enable_simple_responses == Some(true) && format != Some(PayloadFormat::V2) {
        return Err(bad_request("enableSimpleResponses requires authorizerPayloadFormatVersion 2.0"));
    }
    let ttl = authorizer.result_ttl_s.unwrap_or(0);
    if !(0..=MAX_TTL_S).contains(&ttl) {
        return Err(bad_request(format_args!(
            "Invalid authorizerResultTtlInSeconds specified. It must be between 0 and {MAX_TTL_S}"
        )));
    }
    if ttl > 0 && authorizer.identity_source.is_empty() {
        return Err(bad_request("identitySource is required when authorization caching is enabled"));
    }
    sources(authorizer, |text| IdentitySource::parse(text).is_some())
}

fn check_socket(authorizer: &Authorizer) -> Result<()> {
    check_function(authorizer)?;
    let foreign = [
        ("authorizerPayloadFormatVersion", authorizer.payload_format_version.is_some()),
        ("enableSimpleResponses", authorizer.enable_simple_responses == Some(true)),
        ("authorizerResultTtlInSeconds", authorizer.result_ttl_s.is_some_and(|ttl| ttl != 0)),
    ];
    if let Some((setting, _)) = foreign.iter().find(|(_, given)| *given) {
        return Err(not_for(setting, "WEBSOCKET"));
    }
    sources(authorizer, |text| {
        let variable = |prefix: &str| text.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
        super::socket::is_parameter(text) || variable("context.") || variable("stageVariables.")
    })
}

fn sources(authorizer: &Authorizer, good: impl Fn(&String) -> bool) -> Result<()> {
    if authorizer.identity_source.len() > MAX_SOURCES {
        return Err(bad_request(format_args!("Too many identity sources specified, can be at most {MAX_SOURCES}")));
    }
    match authorizer.identity_source.iter().find(|text| !good(text)) {
        Some(bad) => Err(bad_request(format_args!("Invalid identity source specified: {bad:.200}"))),
        None => Ok(()),
    }
}
