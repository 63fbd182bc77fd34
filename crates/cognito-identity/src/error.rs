//! The errors of identity pools: one constructor a sentence, so that each sentence stands once. The shapes are the
//! model's. Sentences marked "field" are AWS's as users reported them, "memory" as remembered, "own" ours.

use std::fmt::Display;

use aws_types::AwsError;
use model_cognito_identity::errors as shapes;

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `InvalidParameterException` with any sentence.
pub fn invalid_parameter(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, message.to_string())
}

/// `NotAuthorizedException` with any sentence.
pub fn not_authorized(message: impl Display) -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, message.to_string())
}

/// `ResourceConflictException` with any sentence.
pub fn conflict(message: impl Display) -> AwsError {
    AwsError::of(&shapes::RESOURCE_CONFLICT_EXCEPTION, message.to_string())
}

/// `LimitExceededException` with any sentence.
pub fn limit_exceeded(message: impl Display) -> AwsError {
    AwsError::of(&shapes::LIMIT_EXCEEDED_EXCEPTION, message.to_string())
}

/// No such pool. (memory)
pub fn no_pool(id: &str) -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, format!("IdentityPool '{id}' not found."))
}

/// No such identity. (memory)
pub fn no_identity(id: &str) -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, format!("Identity '{id}' not found."))
}

/// Guests are not let in. (field)
pub fn no_guests() -> AwsError {
    not_authorized("Unauthenticated access is not supported for this identity pool.")
}

/// An identity without its proof. (field)
pub fn forbidden(id: &str) -> AwsError {
    not_authorized(format_args!("Access to Identity '{id}' is forbidden."))
}

/// A login that the pool does not take. (field)
pub fn unsupported_provider() -> AwsError {
    not_authorized("Token is not from a supported provider of this identity pool.")
}

/// A token that proves nothing. (field, the reasons from memory)
pub fn invalid_login(reason: impl Display) -> AwsError {
    not_authorized(format_args!("Invalid login token. {reason}"))
}

/// Logins of somebody else. (memory)
pub fn logins_do_not_match() -> AwsError {
    not_authorized("Logins don't match. Please include at least one valid login for this identity or identity pool.")
}

/// Logins of two identities in one call. (own)
pub fn linked_elsewhere() -> AwsError {
    conflict("A login is linked to another identity.")
}

/// No role, or one whose trust policy does not admit the identity. (field)
pub fn no_role() -> AwsError {
    let message = "Invalid identity pool configuration. Check assigned IAM roles for this pool.";
    AwsError::of(&shapes::INVALID_IDENTITY_POOL_CONFIGURATION_EXCEPTION, message)
}

/// Rules that leave no role, with `Deny`. (own)
pub fn no_role_for_claims() -> AwsError {
    not_authorized("No role of this identity pool is meant for this token.")
}

/// A role that the token does not name. (own)
pub fn custom_role_refused() -> AwsError {
    not_authorized("The custom role is not among the roles of the token.")
}

/// The basic flow is closed. (field)
pub fn classic_flow_off() -> AwsError {
    invalid_parameter("Basic (classic) flow is not enabled, please use enhanced flow.")
}

/// A developer's user whom another identity has. (own)
pub fn developer_user_registered() -> AwsError {
    let message = "The developer user is already registered with another identity.";
    AwsError::of(&shapes::DEVELOPER_USER_ALREADY_REGISTERED_EXCEPTION, message)
}

/// An issuer that could not be asked. (own)
pub fn external_service(provider: &str) -> AwsError {
    let message = format!("The keys of {provider} could not be fetched.");
    AwsError::of(&shapes::EXTERNAL_SERVICE_EXCEPTION, message)
}

/// Races that were lost again and again. (own)
pub fn concurrent() -> AwsError {
    let message = "The identity is being changed by another request. Try again.";
    AwsError::of(&shapes::CONCURRENT_MODIFICATION_EXCEPTION, message)
}

/// The same where the model knows no such error. (memory)
pub fn busy() -> AwsError {
    AwsError::of(&shapes::TOO_MANY_REQUESTS_EXCEPTION, "Rate exceeded")
}

/// `conflict` where an operation lost its race for good; any other error as it is.
pub fn lost(error: AwsError, conflict: fn() -> AwsError) -> AwsError {
    if store::MayConflict::is_conflict(&error) { conflict() } else { error }
}

/// A page token of another list. (own)
pub fn invalid_page_token() -> AwsError {
    invalid_parameter("Invalid pagination token provided")
}
