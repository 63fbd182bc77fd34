//! Sentences about outside identity providers, branding, terms, threat protection and replicas, once each.

use aws_types::AwsError;
use model_cognito_idp::errors as shapes;

use super::{invalid_parameter, resource_not_found};

/// No such provider. (field)
pub fn provider_not_found(name: &str) -> AwsError {
    resource_not_found(format_args!("Identity provider {name} does not exist."))
}

/// No provider of that identifier. (own)
pub fn provider_identifier_not_found(identifier: &str) -> AwsError {
    resource_not_found(format_args!("No identity provider has the identifier {identifier}."))
}

/// The name or an identifier is another provider's. (own)
pub fn duplicate_provider(name: &str) -> AwsError {
    AwsError::of(&shapes::DUPLICATE_PROVIDER_EXCEPTION, format!("The identity provider {name} already exists."))
}

/// The pool itself is no provider that could be changed. (own)
pub fn unsupported_provider(name: &str) -> AwsError {
    AwsError::of(
        &shapes::UNSUPPORTED_IDENTITY_PROVIDER_EXCEPTION,
        format!("The identity provider {name} cannot be changed or deleted."),
    )
}

/// The source of a link has an account of its own. (field)
pub fn source_user_signed_up() -> AwsError {
    invalid_parameter(
        "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
    )
}

/// The same link again. (field)
pub fn already_linked() -> AwsError {
    invalid_parameter("SourceUser is already linked to DestinationUser")
}

/// The source is linked to somebody else. (own)
pub fn linked_to_another() -> AwsError {
    AwsError::of(&shapes::ALIAS_EXISTS_EXCEPTION, "SourceUser is already linked to another user.")
}

/// The client has a style already. (own)
pub fn branding_exists(client_id: &str) -> AwsError {
    AwsError::of(
        &shapes::MANAGED_LOGIN_BRANDING_EXISTS_EXCEPTION,
        format!("A managed login branding style already exists for the user pool client {client_id}."),
    )
}

/// No such style. (own)
pub fn branding_not_found() -> AwsError {
    resource_not_found("The managed login branding style does not exist.")
}

/// The client has such a document already. (own)
pub fn terms_exist(name: &str) -> AwsError {
    AwsError::of(&shapes::TERMS_EXISTS_EXCEPTION, format!("The app client already has the terms document {name}."))
}

/// No such document. (own)
pub fn terms_not_found() -> AwsError {
    resource_not_found("The terms document does not exist.")
}

/// Threat protection is off. (own)
pub fn add_on_not_enabled() -> AwsError {
    AwsError::of(
        &shapes::USER_POOL_ADD_ON_NOT_ENABLED_EXCEPTION,
        "Threat protection (UserPoolAddOns.AdvancedSecurityMode) is not enabled for the user pool.",
    )
}

/// No such event of this user. (own)
pub fn auth_event_not_found() -> AwsError {
    resource_not_found("The authentication event does not exist.")
}

/// Threat protection refuses. (field)
pub fn blocked_for_security() -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, "Unable to login because of security reasons.")
}

/// The right password is one that everybody knows. (memory)
pub fn password_reset_for_security() -> AwsError {
    AwsError::of(
        &shapes::PASSWORD_RESET_REQUIRED_EXCEPTION,
        "Password reset required for the user due to security reasons",
    )
}

/// A new password is one that everybody knows. (memory)
pub fn password_known_to_all() -> AwsError {
    AwsError::of(&shapes::INVALID_PASSWORD_EXCEPTION, "Provided password cannot be used for security reasons.")
}

/// The token is not that of the event and user. (own)
pub fn invalid_feedback_token() -> AwsError {
    AwsError::of(&shapes::NOT_AUTHORIZED_EXCEPTION, "Invalid feedback token.")
}

/// An operation that only the pool's own region takes. (own)
pub fn not_in_secondary_region() -> AwsError {
    AwsError::of(
        &shapes::OPERATION_NOT_ENABLED_EXCEPTION,
        "This operation is not enabled in a secondary region of the user pool.",
    )
}

/// No replica in that region. (own)
pub fn replica_not_found(region: &str) -> AwsError {
    resource_not_found(format_args!("The user pool has no replica in {region}."))
}

/// Session tracking is off. (own)
pub fn sessions_not_tracked() -> AwsError {
    invalid_parameter("User session tracking is not enabled for this user pool.")
}

/// The client may not have tokens of its own. (own)
pub fn client_token_not_enabled() -> AwsError {
    AwsError::of(
        &shapes::OPERATION_NOT_ENABLED_EXCEPTION,
        "The client credentials flow is not enabled for this app client.",
    )
}

/// The client may not exchange tokens. (own)
pub fn token_exchange_not_enabled() -> AwsError {
    AwsError::of(
        &shapes::OPERATION_NOT_ENABLED_EXCEPTION,
        "Token exchange of this kind is not among the ExplicitAuthFlows of this app client.",
    )
}

/// A token that an outside provider made. (own)
pub fn outside_token() -> AwsError {
    invalid_parameter("Tokens of outside identity providers cannot be exchanged yet.")
}

/// The pool wants no SRP verifiers. (own)
pub fn srp_is_off() -> AwsError {
    invalid_parameter("SRP sign-in is switched off for this user pool.")
}

/// No such session of this user. (own)
pub fn session_not_found() -> AwsError {
    resource_not_found("The session does not exist.")
}

/// More than the account may have. (own)
pub fn quota_exceeded(most: i32) -> AwsError {
    AwsError::of(
        &shapes::SERVICE_QUOTA_EXCEEDED_EXCEPTION,
        format!("The requested limit is above the account's quota of {most} requests per second."),
    )
}
