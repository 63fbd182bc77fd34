//! STS's errors, each sentence once. For the marks see `crate::error`.

use std::fmt::Display;

use aws_types::AwsError;
use model_sts::errors as shapes;

pub use crate::error::{access_denied, validation};

/// `MalformedPolicyDocument` with any sentence.
pub fn malformed_policy(message: impl Display) -> AwsError {
    AwsError::of(&shapes::MALFORMED_POLICY_DOCUMENT_EXCEPTION, message.to_string())
}

/// `PackedPolicyTooLarge`. (field)
pub fn packed_too_large(percent: usize) -> AwsError {
    let message = format!("Packed size of session policies and tags consumes {percent}% of allotted space.");
    AwsError::of(&shapes::PACKED_POLICY_TOO_LARGE_EXCEPTION, message)
}

/// `InvalidParameterValue`: stands outside the model. (recorded)
pub fn invalid_parameter(message: &'static str) -> AwsError {
    AwsError::sender("InvalidParameterValue", 400, message)
}

/// An ARN that names no role. (recorded)
pub fn invalid_arn(arn: &str) -> AwsError {
    validation(format_args!("{arn} is invalid"))
}

/// A session longer than the role allows. (memory)
pub fn over_role_maximum() -> AwsError {
    validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

/// A session longer than an hour by a session. (memory)
pub fn over_chain_maximum() -> AwsError {
    validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
}

/// `AssumeRole` by the root. (field)
pub fn root_assumes() -> AwsError {
    access_denied("Roles may not be assumed by root accounts.")
}

/// An operation that only long-lived keys may call. (field)
pub fn session_credentials(operation: &str) -> AwsError {
    access_denied(format_args!("Cannot call {operation} with session credentials"))
}

/// A device that is not the caller's. (field)
pub fn mfa_unknown() -> AwsError {
    access_denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid \
         and associated with this user.",
    )
}

/// A code without its device, or a device without a code. (field)
pub fn mfa_incomplete() -> AwsError {
    access_denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
}

/// A code that is wrong, was taken before, or comes after too many of these. (field)
pub fn mfa_failed() -> AwsError {
    access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
}

/// A caller that is not known any more. (field)
pub fn invalid_client_token() -> AwsError {
    AwsError::sender("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
}

/// The trust policy, or there is no such role. (field)
pub fn no_web_identity() -> AwsError {
    access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

/// `InvalidIdentityToken` with any sentence.
pub fn invalid_identity_token(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_IDENTITY_TOKEN_EXCEPTION, message.to_string())
}

/// The account knows no such issuer. (field)
pub fn no_provider(issuer: &str) -> AwsError {
    invalid_identity_token(format_args!("No OpenIDConnect provider found in your account for {issuer}"))
}

/// A web identity token over its time. (memory)
pub fn expired_identity_token(now_s: i64, expires_s: i64) -> AwsError {
    let message =
        format!("Token expired: current date/time {now_s} must be before the expiration date/time {expires_s}");
    AwsError::of(&shapes::EXPIRED_TOKEN_EXCEPTION, message)
}

/// The issuer cannot be asked for its keys. The blanks are AWS's. (field)
pub fn no_verification_key() -> AwsError {
    invalid_identity_token(
        "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity \
         documentation for requirements",
    )
}

/// A message that was not made here, or for another account. (field)
pub fn invalid_message() -> AwsError {
    AwsError::of(&shapes::INVALID_AUTHORIZATION_MESSAGE_EXCEPTION, "Message is not valid")
}

/// The trust policy, the assertion's roles, or there is no such role. (doc)
pub fn no_saml() -> AwsError {
    access_denied("Not authorized to perform sts:AssumeRoleWithSAML")
}

/// No provider of that ARN. (doc)
pub fn no_saml_provider() -> AwsError {
    invalid_identity_token("Specified provider doesn't exist")
}

/// An assertion over its time. (field)
pub fn expired_assertion() -> AwsError {
    AwsError::of(&shapes::EXPIRED_TOKEN_EXCEPTION, "Token must be redeemed within 5 minutes of issuance")
}

/// An assertion that was taken before. (own)
pub fn redeemed_assertion() -> AwsError {
    invalid_identity_token("Response has already been redeemed")
}

/// The identity provider answers that it authenticated nobody. (doc, of the error)
pub fn idp_rejected() -> AwsError {
    AwsError::of(
        &shapes::IDP_REJECTED_CLAIM_EXCEPTION,
        "The identity provider (IdP) reported that authentication failed. This might be because the claim is invalid.",
    )
}
