//! The service's errors: one constructor a sentence, so that each sentence stands once. The shapes are the model's.
//!
//! Sentences marked "field" were reported by users of AWS, those marked "own" are ours: AWS's are not known.

mod functions;
mod providers;
mod users;
pub use functions::*;
pub use providers::*;
mod import;
pub use import::*;
pub use users::*;

use std::fmt::Display;

use aws_types::AwsError;
use model_cognito_idp::errors as shapes;
use store::{MayConflict, StoreError};

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `InvalidParameterException` with any sentence; rules with a sentence used twice have a constructor of their own.
pub fn invalid_parameter(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, message.to_string())
}

/// `ResourceNotFoundException` with any sentence.
pub fn resource_not_found(message: impl Display) -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, message.to_string())
}

/// `LimitExceededException` with any sentence.
pub fn limit_exceeded(message: impl Display) -> AwsError {
    AwsError::of(&shapes::LIMIT_EXCEEDED_EXCEPTION, message.to_string())
}

/// No such pool, in this account and region. (field)
pub fn pool_not_found(pool_id: &str) -> AwsError {
    resource_not_found(format_args!("User pool {pool_id} does not exist."))
}

/// No such client, or one of another pool. (field)
pub fn client_not_found(client_id: &str) -> AwsError {
    resource_not_found(format_args!("User pool client {client_id} does not exist."))
}

/// No such group. (field)
pub fn group_not_found() -> AwsError {
    resource_not_found("Group not found.")
}

/// CreateGroup over an existing one. (field)
pub fn group_exists() -> AwsError {
    AwsError::of(&shapes::GROUP_EXISTS_EXCEPTION, "A group with the name already exists.")
}

/// No such resource server. (field)
pub fn resource_server_not_found(identifier: &str) -> AwsError {
    resource_not_found(format_args!("Resource server {identifier} does not exist."))
}

/// No such domain, or one of another pool. (field)
pub fn domain_not_found() -> AwsError {
    resource_not_found("No such domain or pool exists.")
}

/// The prefix is taken, by whatever pool. (field)
pub fn domain_taken() -> AwsError {
    invalid_parameter("Domain already associated with another user pool.")
}

/// A page token that this list did not give, in this pool, for this question. (own)
pub fn invalid_page_token() -> AwsError {
    invalid_parameter("Invalid pagination token given.")
}

/// Two writers at once, where the model has a word for it. (own)
pub fn concurrent_modification() -> AwsError {
    AwsError::of(
        &shapes::CONCURRENT_MODIFICATION_EXCEPTION,
        "The resource was changed by another request at the same time. Please try again.",
    )
}

/// A lifetime is out of its range, or a unit stands without its value. (field)
pub fn token_validity() -> AwsError {
    invalid_parameter("Invalid range for token validity.")
}

/// A scope that no resource server of the pool defines. (field)
pub fn scope_does_not_exist(scope: &str) -> AwsError {
    AwsError::of(
        &shapes::SCOPE_DOES_NOT_EXIST_EXCEPTION,
        format!("Invalid scope requested: {scope}. Scope does not exist."),
    )
}

/// A combination of OAuth flows that cannot be. (field)
pub fn invalid_oauth_flow(message: &'static str) -> AwsError {
    AwsError::of(&shapes::INVALID_O_AUTH_FLOW_EXCEPTION, message)
}

/// DeleteUserPool under deletion protection. (field)
pub fn deletion_protected() -> AwsError {
    invalid_parameter(
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be \
         inactivated first.",
    )
}

/// DeleteUserPool of a pool that has a domain. (field)
pub fn pool_has_domain() -> AwsError {
    invalid_parameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")
}

/// A feature of a dearer tier. (own)
pub fn feature_unavailable(feature: &str, tier: &str) -> AwsError {
    AwsError::of(
        &shapes::FEATURE_UNAVAILABLE_IN_TIER_EXCEPTION,
        format!("The feature {feature} is not available in the {tier} tier."),
    )
}

/// UpdateUserPool to a cheaper tier while a dearer feature is on. (own)
pub fn tier_change_not_allowed(feature: &str, tier: &str) -> AwsError {
    AwsError::of(
        &shapes::TIER_CHANGE_NOT_ALLOWED_EXCEPTION,
        format!("The tier cannot be changed to {tier} while {feature} is in use."),
    )
}

/// Tags out of bounds. (own)
pub fn tagging(message: impl Display) -> AwsError {
    AwsError::of(&shapes::USER_POOL_TAGGING_EXCEPTION, message.to_string())
}

/// Turns a race lost too often into `ConcurrentModificationException` and leaves other errors as they are.
pub fn concurrent(error: AwsError) -> AwsError {
    if error.is_conflict() { concurrent_modification() } else { error }
}

/// Turns a race lost too often into what the operation's model has for it: ConcurrentModificationException, else
/// TooManyRequestsException. Other errors stay as they are.
pub(crate) fn contested(operation: &str, error: AwsError) -> AwsError {
    let race = concurrent_modification();
    if !error.is_conflict() && error.code != race.code {
        return error;
    }
    let model = model_cognito_idp::MODEL.operation(operation);
    let knows = |code: &str| model.is_some_and(|model| model.errors.iter().any(|shape| shape.code == code));
    let busy = too_many_requests();
    match error {
        _ if knows(&race.code) => race,
        _ if knows(&busy.code) => busy,
        error => error,
    }
}

/// A limit where the operation's model has no word for it: `InvalidParameterException` with the same sentence.
pub fn limit_as_parameter(error: AwsError) -> AwsError {
    if error.code == shapes::LIMIT_EXCEEDED_EXCEPTION.code { invalid_parameter(error.message) } else { error }
}

/// Turns a counter's bound into `LimitExceededException` and leaves other errors as they are.
pub fn limit_or(error: StoreError, message: &str) -> AwsError {
    if error == StoreError::Limit { limit_exceeded(message) } else { error.into() }
}
