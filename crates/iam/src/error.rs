//! IAM's errors: one constructor a sentence, so that each sentence stands once. The shapes are the model's.
//!
//! Sentences marked "recorded" or "field" are AWS's as recorded or reported by users, "memory" as remembered, "own" ours.

use std::fmt::Display;

use aws_types::AwsError;
use iam_policy::PolicyError;
use model_iam::errors as shapes;
use store::{MayConflict, StoreError};

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `NoSuchEntity` with any sentence.
pub fn no_such_entity(message: impl Display) -> AwsError {
    AwsError::of(&shapes::NO_SUCH_ENTITY_EXCEPTION, message.to_string())
}

/// `EntityAlreadyExists` with any sentence.
pub fn exists(message: impl Display) -> AwsError {
    AwsError::of(&shapes::ENTITY_ALREADY_EXISTS_EXCEPTION, message.to_string())
}

/// `LimitExceeded` with any sentence.
pub fn limit_exceeded(message: impl Display) -> AwsError {
    AwsError::of(&shapes::LIMIT_EXCEEDED_EXCEPTION, message.to_string())
}

/// `DeleteConflict` with any sentence.
pub fn delete_conflict(message: &'static str) -> AwsError {
    AwsError::of(&shapes::DELETE_CONFLICT_EXCEPTION, message)
}

/// `InvalidInput` with any sentence.
pub fn invalid_input(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_INPUT_EXCEPTION, message.to_string())
}

/// `MalformedPolicyDocument` with any sentence.
pub fn malformed_policy(message: impl Display) -> AwsError {
    AwsError::of(&shapes::MALFORMED_POLICY_DOCUMENT_EXCEPTION, message.to_string())
}

/// `MalformedPolicyDocument` in AWS's words; the place stands beside them, in a member of its own. (own)
pub fn malformed_at(error: &PolicyError) -> AwsError {
    malformed_policy(error.iam_message()).with("Detail", error.detail())
}

/// `ValidationError`: stands outside the model, as AWS's query services have it.
pub fn validation(message: impl Display) -> AwsError {
    AwsError::sender("ValidationError", 400, message.to_string())
}

/// A quota, in AWS's words. (field)
pub fn quota(name: &str, most: impl Display) -> AwsError {
    limit_exceeded(format_args!("Cannot exceed quota for {name}: {most}"))
}

/// No such user. (recorded)
pub fn no_such_user(name: &str) -> AwsError {
    no_such_entity(format_args!("The user with name {name} cannot be found."))
}

/// No such role. (recorded)
pub fn no_such_role(name: &str) -> AwsError {
    no_such_entity(format_args!("The role with name {name} cannot be found."))
}

/// No such group. (field)
pub fn no_such_group(name: &str) -> AwsError {
    no_such_entity(format_args!("The group with name {name} cannot be found."))
}

/// No such managed policy. (field)
pub fn no_such_policy(arn: &str) -> AwsError {
    no_such_entity(format_args!("Policy {arn} was not found."))
}

/// A managed policy that is to be attached and is not there. (field)
pub fn not_attachable(arn: &str) -> AwsError {
    no_such_entity(format_args!("Policy {arn} does not exist or is not attachable."))
}

/// No such version. (field)
pub fn no_such_version(arn: &str, version: &str) -> AwsError {
    no_such_entity(format_args!("Policy {arn} version {version} does not exist or is not attachable."))
}

/// No such instance profile. (field)
pub fn no_such_instance_profile(name: &str) -> AwsError {
    no_such_entity(format_args!("Instance Profile {name} cannot be found."))
}

/// No such OpenID Connect provider. (field)
pub fn no_such_oidc_provider(arn: &str) -> AwsError {
    no_such_entity(format_args!("OpenIDConnect Provider not found for arn {arn}"))
}

/// No such SAML provider. (memory)
pub fn no_such_saml_provider(arn: &str) -> AwsError {
    no_such_entity(format_args!("Manifest not found for arn {arn}"))
}

/// No such virtual MFA device. (field)
pub fn no_such_mfa_device(serial: &str) -> AwsError {
    no_such_entity(format_args!("VirtualMFADevice with serial number {serial} does not exist."))
}

/// A device that is another user's, or nobody's. (memory)
pub fn not_the_users_device(serial: &str) -> AwsError {
    no_such_entity(format_args!("MFA device with serial number {serial} does not exist."))
}

/// Two codes that are not two in a row of the device. (field)
pub fn invalid_authentication_code() -> AwsError {
    AwsError::of(&shapes::INVALID_AUTHENTICATION_CODE_EXCEPTION, "Authentication code for device is not valid.")
}

/// No such access key, or another's. (field)
pub fn no_such_key(id: &str) -> AwsError {
    no_such_entity(format_args!("The Access Key with id {id} cannot be found."))
}

/// No password policy was set. (field)
pub fn no_password_policy(account: &str) -> AwsError {
    no_such_entity(format_args!("The Password Policy with domain name {account} cannot be found."))
}

/// Deletion of what still has managed policies. (recorded)
pub fn must_detach() -> AwsError {
    delete_conflict("Cannot delete entity, must detach all policies first.")
}

/// Deletion of what still has inline policies. (field)
pub fn must_delete_policies() -> AwsError {
    delete_conflict("Cannot delete entity, must delete policies first.")
}

/// A change to a policy that AWS owns: for nobody's account. (own)
pub fn aws_managed(action: &str, arn: &str) -> AwsError {
    access_denied(format_args!("Policy {arn} is managed by AWS: {action} is not allowed on it."))
}

/// `AccessDenied` with any sentence.
pub fn access_denied(message: impl Display) -> AwsError {
    AwsError::sender("AccessDenied", 403, message.to_string())
}

/// A page marker that this list did not give for this question. (memory)
pub fn invalid_marker() -> AwsError {
    validation("Invalid Marker.")
}

/// An operation that speaks of "the calling user" where none calls. (field)
pub fn no_calling_user() -> AwsError {
    validation("Must specify userName when calling with non-User credentials")
}

/// A change to a service-linked role. (field)
pub fn protected_role(name: &str) -> AwsError {
    let message =
        format!("Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS");
    AwsError::of(&shapes::UNMODIFIABLE_ENTITY_EXCEPTION, message)
}

/// Two tags of one key. (recorded)
pub fn duplicate_tags() -> AwsError {
    invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

/// Two writers at once, more often than was tried. (memory)
pub fn concurrent(error: AwsError) -> AwsError {
    if !error.is_conflict() {
        return error;
    }
    AwsError::of(
        &shapes::CONCURRENT_MODIFICATION_EXCEPTION,
        "The request was rejected because multiple requests to change this object were submitted simultaneously. \
         Wait a few minutes and submit your request again.",
    )
}

/// Turns a counter's bound into the quota's sentence and leaves other errors as they are.
pub fn limit_or(error: StoreError, name: &str, most: i64) -> AwsError {
    if error == StoreError::Limit { quota(name, most) } else { error.into() }
}
