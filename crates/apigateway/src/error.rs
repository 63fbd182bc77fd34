//! The service's errors: one constructor a sentence, so that each sentence stands once. The shapes are the model's.
//!
//! Sentences without a mark were recorded from AWS; those marked "own" are ours: AWS's are not known.

use std::fmt::Display;

use aws_types::AwsError;
use model_apigateway::errors as shapes;
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

/// `LimitExceededException` with any sentence.
pub fn limit_exceeded(message: impl Display) -> AwsError {
    AwsError::of(&shapes::LIMIT_EXCEEDED_EXCEPTION, message.to_string())
}

/// A setting that the gateway does not enforce. (own)
pub fn not_built(setting: impl Display) -> AwsError {
    bad_request(format_args!(
        "Portcullis has not built {setting} yet and refuses it, so that nothing is left unprotected in silence."
    ))
}

/// What the store answers to a change. A definition over the store's bounds is the caller's to make smaller. (own)
pub fn stored(error: StoreError) -> AwsError {
    match error {
        StoreError::TooLarge(what) => {
            limit_exceeded(format_args!("The definition is too large: {what} is over its bound"))
        }
        other => other.into(),
    }
}

/// No such API in this account and region.
pub fn api_not_found(account: &str, api_id: &str) -> AwsError {
    not_found(format_args!("Invalid API identifier specified {account}:{api_id}"))
}

/// CreateRequestValidator over an unknown API.
pub fn rest_api_not_found() -> AwsError {
    not_found("Invalid REST API identifier specified")
}

/// CreateAuthorizer over an unknown API.
pub fn concurrent_modification() -> AwsError {
    conflict("Unable to complete operation due to concurrent modification. Please try again later.")
}

/// No such resource in this API.
pub fn resource_not_found() -> AwsError {
    not_found("Invalid Resource identifier specified")
}

/// No such method on this resource.
pub fn method_not_found() -> AwsError {
    not_found("Invalid Method identifier specified")
}

/// The method has no integration.
pub fn integration_not_found() -> AwsError {
    not_found("Invalid Integration identifier specified")
}

/// No method or integration response of that status.
pub fn response_not_found() -> AwsError {
    not_found("Invalid Response status code specified")
}

/// No such validator.
pub fn validator_not_found() -> AwsError {
    not_found("Invalid Request Validator identifier specified")
}

/// No such authorizer. (from memory)
pub fn authorizer_not_found() -> AwsError {
    not_found("Invalid Authorizer identifier specified")
}

/// No such model.
pub fn model_not_found(name: &str) -> AwsError {
    not_found(format_args!("Invalid model name specified: {name}"))
}

/// No such deployment. (from memory)
pub fn deployment_not_found() -> AwsError {
    not_found("Invalid Deployment identifier specified")
}

/// No such stage. (from memory)
pub fn stage_not_found() -> AwsError {
    not_found("Invalid stage identifier specified")
}

/// No such key. (from memory)
pub fn api_key_not_found() -> AwsError {
    not_found("Invalid API Key identifier specified")
}

/// No such plan.
pub fn usage_plan_not_found() -> AwsError {
    not_found("Invalid Usage Plan ID specified")
}

/// The method's authorization needs an authorizer that it does not name.
pub fn invalid_authorizer() -> AwsError {
    bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a \
         valid authorizer.",
    )
}

/// A verb that is none.
pub fn invalid_http_method() -> AwsError {
    bad_request("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY")
}

/// A stage points to a deployment that is not there.
pub fn no_such_deployment() -> AwsError {
    bad_request("Deployment id does not exist")
}

/// A mapping expression that cannot be read or names what is not defined.
pub fn invalid_mapping(parameter: &str) -> AwsError {
    bad_request(format_args!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : \
         [Invalid mapping expression parameter specified: {parameter}]"
    ))
}

/// A key of a template map that is no content type.
pub fn invalid_content_type(content_type: &str) -> AwsError {
    bad_request(format_args!(
        "Validation Result: warnings : [], errors : [Invalid content type specified: {content_type}]"
    ))
}

/// A position that this list did not give. (own)
pub fn invalid_position() -> AwsError {
    bad_request("Invalid position parameter")
}

/// A path that no patch of this entity may touch.
pub fn invalid_patch_path(path: &str) -> AwsError {
    bad_request(format_args!("Invalid patch path {path}"))
}

/// No such documentation part.
pub fn documentation_part_not_found() -> AwsError {
    not_found("Invalid Documentation part identifier specified")
}

/// No such documentation version. (from memory)
pub fn documentation_version_not_found() -> AwsError {
    not_found("Invalid Documentation version specified")
}

/// No such VPC link.
pub fn vpc_link_not_found() -> AwsError {
    not_found("Invalid Vpc Link identifier specified")
}

/// No such client certificate. (from memory)
pub fn client_certificate_not_found() -> AwsError {
    not_found("Invalid client certificate identifier specified")
}

/// No such domain name.
pub fn domain_name_not_found() -> AwsError {
    not_found("Invalid domain name identifier specified")
}

/// No such mapping.
pub fn base_path_not_found() -> AwsError {
    not_found("Invalid base path mapping identifier specified")
}

/// No such access association. (own)
pub fn access_association_not_found() -> AwsError {
    not_found("Invalid domain name access association ARN specified")
}

/// A warning of an import where the call wants none.
pub fn failed_on_warnings(warnings: &[String]) -> AwsError {
    bad_request(format_args!("Warnings found during import:\n\t{}", warnings.join("\n\t")))
}
