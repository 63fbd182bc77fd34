//! The errors of CloudWatch Logs: one constructor a sentence. Sentences marked "field" are AWS's as users reported them,
//! "memory" as remembered, "own" ours.

use std::fmt::Display;

use aws_types::AwsError;
use model_logs::errors as shapes;

/// What every operation may end in.
pub type Result<T, E = AwsError> = std::result::Result<T, E>;

/// `InvalidParameterException` with any sentence.
pub fn invalid_parameter(message: impl Display) -> AwsError {
    AwsError::of(&shapes::INVALID_PARAMETER_EXCEPTION, message.to_string())
}

/// No such group. (field)
pub fn no_group() -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, "The specified log group does not exist.")
}

/// No such stream. (field)
pub fn no_stream() -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, "The specified log stream does not exist.")
}

/// The name is taken. (field)
pub fn group_exists() -> AwsError {
    AwsError::of(&shapes::RESOURCE_ALREADY_EXISTS_EXCEPTION, "The specified log group already exists")
}

/// The name is taken. (field)
pub fn stream_exists() -> AwsError {
    AwsError::of(&shapes::RESOURCE_ALREADY_EXISTS_EXCEPTION, "The specified log stream already exists")
}

/// More of something than there may be. (memory)
pub fn limit_exceeded() -> AwsError {
    AwsError::of(&shapes::LIMIT_EXCEEDED_EXCEPTION, "Resource limit exceeded.")
}

/// More tags than a group can bear. (own)
pub fn too_many_tags(arn: &str) -> AwsError {
    AwsError::of(&shapes::TOO_MANY_TAGS_EXCEPTION, "The maximum number of tags for this resource is 50.")
        .with("resourceName", arn)
}

/// The group is protected. (own)
pub fn protected() -> AwsError {
    let message = "The log group has deletion protection enabled. Disable it before you delete the log group.";
    AwsError::of(&shapes::VALIDATION_EXCEPTION, message)
}

/// Races that were lost again and again. (field)
pub fn aborted() -> AwsError {
    let message = "A conflicting operation is currently in progress against this resource. Please try again.";
    AwsError::of(&shapes::OPERATION_ABORTED_EXCEPTION, message)
}

/// The same where the model knows no such error. (memory)
pub fn unavailable() -> AwsError {
    AwsError::of(&shapes::SERVICE_UNAVAILABLE_EXCEPTION, "Service is currently unavailable. Try again.")
}

/// `conflict` where an operation lost its race for good; any other error as it is.
pub fn lost(error: AwsError, conflict: fn() -> AwsError) -> AwsError {
    if store::MayConflict::is_conflict(&error) { conflict() } else { error }
}

/// A page token of another list. (field)
pub fn invalid_token() -> AwsError {
    invalid_parameter("The specified nextToken is invalid.")
}

/// A filter pattern that cannot be read. (field)
pub fn invalid_pattern(error: &crate::filter::PatternError) -> AwsError {
    invalid_parameter(format_args!("Invalid filter pattern: {error}"))
}

/// Days that no retention can have. (field)
pub fn invalid_retention(days: i32) -> AwsError {
    invalid_parameter(format_args!(
        "1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: Member must \
         satisfy enum value set: {:?}",
        crate::operations::RETENTION_DAYS
    ))
}
