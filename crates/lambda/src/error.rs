//! The errors of functions: one constructor a sentence, so that each sentence stands once. The shapes are the model's.
//! Sentences marked "recorded" are AWS's, "memory" as remembered, "own" ours.

use std::fmt::Display;

use aws_types::AwsError;
use model_lambda::errors as shapes;

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `InvalidParameterValueException` with any sentence.
pub fn invalid_parameter(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_VALUE_EXCEPTION, message.to_string())
}

/// `ResourceNotFoundException` with any sentence.
pub fn not_found(message: impl Display) -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, message.to_string())
}

/// `ResourceConflictException` with any sentence.
pub fn conflict(message: impl Display) -> AwsError {
    AwsError::of(&shapes::RESOURCE_CONFLICT_EXCEPTION, message.to_string())
}

/// `ValidationException` in the words of the constraint check, for what the model does not say.
pub fn constraint(value: &str, member: &str, rule: impl Display) -> AwsError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    AwsError::sender("ValidationException", 400, message)
}

/// No such function, version or alias. (recorded)
pub fn no_function(arn: impl Display) -> AwsError {
    not_found(format_args!("Function not found: {arn}"))
}

/// An alias that a qualifier names. (memory)
pub fn no_alias(arn: impl Display) -> AwsError {
    not_found(format_args!("Cannot find alias arn: {arn}"))
}

/// An ARN of another region. (recorded)
pub fn other_region(named: &str, region: &str) -> AwsError {
    not_found(format_args!("Functions from '{named}' are not reachable in this region ('{region}')"))
}

/// Name and parameter contradict each other. (memory)
pub fn qualifiers_differ() -> AwsError {
    invalid_parameter("The derived qualifier from the function name does not match the specified qualifier.")
}

/// The name is taken. (memory)
pub fn exists(name: &str) -> AwsError {
    conflict(format_args!("Function already exist: {name}"))
}

/// The role is not there, or does not trust Lambda. (memory)
pub fn role_not_assumable() -> AwsError {
    invalid_parameter("The role defined for the function cannot be assumed by Lambda.")
}

/// A role of another account. (memory)
pub fn cross_account_role() -> AwsError {
    AwsError::sender("AccessDeniedException", 403, "Cross-account pass role is not allowed.")
}

/// A zip that is none. (recorded)
pub fn bad_zip() -> AwsError {
    invalid_parameter("Could not unzip uploaded file. Please check your file, then try to upload again.")
}

/// A zip that is too long. (recorded)
pub fn zip_too_large(most: usize) -> AwsError {
    AwsError::sender("RequestEntityTooLargeException", 413, format!("Zipped size must be smaller than {most} bytes"))
}

/// A zip that is too long unpacked. (memory)
pub fn unzipped_too_large() -> AwsError {
    invalid_parameter("Unzipped size must be smaller than 262144000 bytes")
}

/// `RevisionId` of a function or alias. (memory)
pub fn revision_differs() -> AwsError {
    AwsError::of(
        &shapes::PRECONDITION_FAILED_EXCEPTION,
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve \
         the latest Revision Id",
    )
}

/// `RevisionId` of a policy. (recorded)
pub fn policy_revision_differs() -> AwsError {
    AwsError::of(
        &shapes::PRECONDITION_FAILED_EXCEPTION,
        "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest \
         Revision Id",
    )
}

/// No policy. (recorded)
pub fn no_policy() -> AwsError {
    not_found("No policy is associated with the given resource.")
}

/// No such statement. (recorded)
pub fn no_statement(id: &str) -> AwsError {
    not_found(format_args!("Statement {id} is not found in resource policy."))
}

/// A statement of that id is there. (recorded)
pub fn statement_exists(id: &str) -> AwsError {
    conflict(format_args!(
        "The statement id ({id}) provided already exists. Please provide a new statement id, or remove the existing \
         statement."
    ))
}

/// A principal that is none. (recorded)
pub fn bad_principal() -> AwsError {
    invalid_parameter("The provided principal was invalid. Please check the principal and try again.")
}

/// A policy that grows too long. (memory)
pub fn policy_too_long(size: usize, most: usize) -> AwsError {
    let message = format!("The final policy size ({size}) is bigger than the limit ({most}).");
    AwsError::of(&shapes::POLICY_LENGTH_EXCEEDED_EXCEPTION, message)
}

/// All code of an account and region together. (memory)
pub fn code_storage_exceeded() -> AwsError {
    AwsError::of(&shapes::CODE_STORAGE_EXCEEDED_EXCEPTION, "Code storage limit exceeded.")
}

/// Something that belongs to a world that is not here. (own)
pub fn not_here(what: &str) -> AwsError {
    invalid_parameter(format_args!("{what} is not available in Portcullis. See docs/behaviour.md."))
}

/// A payload that is no JSON. (recorded, but for what follows the second colon)
pub fn payload_not_json(why: impl Display) -> AwsError {
    AwsError::of(
        &shapes::INVALID_REQUEST_CONTENT_EXCEPTION,
        format!("Could not parse request body into json: Could not parse payload into json: {why}"),
    )
}

/// A payload of a synchronous call that is too long. (memory)
pub fn request_too_large(most: usize, operation: &str) -> AwsError {
    let message = format!("Request must be smaller than {most} bytes for the {operation} operation");
    AwsError::of(&shapes::REQUEST_TOO_LARGE_EXCEPTION, message)
}

/// A payload of an asynchronous call that is too long. (memory)
pub fn event_too_large(size: usize, most: usize) -> AwsError {
    let message = format!("{size} byte payload is too large for the Event invocation type (limit {most} bytes)");
    AwsError::of(&shapes::REQUEST_TOO_LARGE_EXCEPTION, message)
}

/// Too many calls at once. (memory)
pub fn too_many(reason: &'static str) -> AwsError {
    AwsError::of(&shapes::TOO_MANY_REQUESTS_EXCEPTION, "Rate Exceeded.").with("Reason", reason)
}

/// Races that were lost again and again. (memory)
pub fn busy() -> AwsError {
    AwsError::of(&shapes::TOO_MANY_REQUESTS_EXCEPTION, "Rate exceeded").with("Reason", "CallerRateLimitExceeded")
}

/// `busy` where an operation lost its race for good; any other error as it is.
pub fn lost(error: AwsError) -> AwsError {
    if store::MayConflict::is_conflict(&error) { busy() } else { error }
}

/// A marker of another list. (own)
pub fn invalid_marker() -> AwsError {
    invalid_parameter("The provided marker is invalid.")
}
