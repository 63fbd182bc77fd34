//! The service's errors: one constructor a sentence, so that each sentence stands once. The shapes are the model's.
//!
//! Sentences marked "own" are ours: AWS's are not known. The others were seen in the wild.

use std::fmt::Display;

use aws_types::AwsError;
use model_apigatewayv2::errors as shapes;
use store::StoreError;

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `BadRequestException` with any sentence; sentences used twice have a constructor of their own.
pub fn bad_request(message: impl Display) -> AwsError {
    AwsError::of(&shapes::BAD_REQUEST_EXCEPTION, message.to_string())
}

/// `NotFoundException` with any sentence.
pub fn not_found(message: impl Display) -> AwsError {
    AwsError::of(&shapes::NOT_FOUND_EXCEPTION, message.to_string())
}

/// `ConflictException` with any sentence.
pub fn conflict(message: impl Display) -> AwsError {
    AwsError::of(&shapes::CONFLICT_EXCEPTION, message.to_string())
}

/// `AccessDeniedException` with any sentence.
pub fn access_denied(message: impl Display) -> AwsError {
    AwsError::of(&shapes::ACCESS_DENIED_EXCEPTION, message.to_string())
}

/// A quota: `TooManyRequestsException`. (own)
pub fn limit_exceeded(what: &str, most: usize) -> AwsError {
    too_many(format_args!("Number of {what} is over the limit of {most}"))
}

fn too_many(message: impl Display) -> AwsError {
    AwsError::of(&shapes::TOO_MANY_REQUESTS_EXCEPTION, message.to_string())
}

/// What the store answers to a change. A definition over the store's bounds is the caller's to make smaller. (own)
pub fn stored(error: StoreError) -> AwsError {
    match error {
        StoreError::TooLarge(what) => too_many(format_args!("The definition is too large: {what} is over its bound")),
        other => other.into(),
    }
}

/// No such API in this account and region.
pub fn api_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid API identifier specified {id}"))
}

/// No such route in this API.
pub fn route_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid Route identifier specified {id}"))
}

/// No such integration in this API.
pub fn integration_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid Integration identifier specified {id}"))
}

/// No such integration response.
pub fn integration_response_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid IntegrationResponse identifier specified {id}"))
}

/// No such route response.
pub fn route_response_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid RouteResponse identifier specified {id}"))
}

/// No such model.
pub fn model_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid Model identifier specified {id}"))
}

/// No such authorizer.
pub fn authorizer_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid Authorizer identifier specified {id}"))
}

/// No such stage.
pub fn stage_not_found() -> AwsError {
    not_found("Invalid stage identifier specified")
}

/// No such deployment.
pub fn deployment_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid Deployment identifier specified {id}"))
}

/// No such VPC link.
pub fn vpc_link_not_found(id: &str) -> AwsError {
    not_found(format_args!("Invalid VpcLink identifier specified {id}"))
}

/// No such mapping.
pub fn api_mapping_not_found() -> AwsError {
    not_found("The api mapping resource specified in the request was not found.")
}

/// No such routing rule. (own)
pub fn routing_rule_not_found() -> AwsError {
    not_found("The routing rule resource specified in the request was not found.")
}

/// The route key is not one of an HTTP API.
pub fn invalid_route_key() -> AwsError {
    bad_request(
        "The provided route key is not formatted properly for HTTP protocol. Format should be \"<HTTP METHOD> \
         /<RESOURCE PATH>\" or \"$default\"",
    )
}

/// Another route has the key.
pub fn route_exists(key: &str) -> AwsError {
    conflict(format_args!("Route with key {key} already exists for this API"))
}

/// A mapping that cannot be read.
pub fn invalid_mapping(expression: &str) -> AwsError {
    bad_request(format_args!("Invalid mapping expression specified: {expression:.300}"))
}

/// A header that no mapping may touch.
pub fn restricted_header(name: &str) -> AwsError {
    bad_request(format_args!("Operations on header {} are restricted", name.to_ascii_lowercase()))
}

/// A stage that deploys by itself is pointed to a deployment by hand.
pub fn auto_deployed_stage() -> AwsError {
    bad_request("Deployment ID cannot be set on stages with AutoDeploy enabled")
}

/// There is nothing to deploy.
pub fn no_routes() -> AwsError {
    bad_request("Unable to deploy API because no routes exist in this API")
}

/// A setting of WebSocket APIs is given to an HTTP API, or the other way round. (own)
pub fn not_for(setting: &str, protocol: &str) -> AwsError {
    bad_request(format_args!("{setting} is not supported for protocol type {protocol}"))
}

/// A text is too long or too short. (own)
pub fn invalid_length(setting: &str, least: usize, most: usize) -> AwsError {
    bad_request(format_args!("Invalid {setting} specified. Its length must be between {least} and {most}"))
}

/// A token that this list did not give. (own)
pub fn invalid_next_token() -> AwsError {
    bad_request("Invalid nextToken specified")
}

/// A warning of an import where the call wants none.
pub fn failed_on_warnings(warnings: &[String]) -> AwsError {
    bad_request(format_args!("Warnings found during import:\n\t{}", warnings.join("\n\t")))
}
