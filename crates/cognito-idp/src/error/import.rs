//! Sentences about user import jobs.

use aws_types::AwsError;
use model_cognito_idp::errors as shapes;

fn precondition(text: &'static str) -> AwsError {
    AwsError::of(&shapes::PRECONDITION_NOT_MET_EXCEPTION, text)
}

/// No such job in the pool. (guess)
pub fn import_job_not_found(job_id: &str) -> AwsError {
    AwsError::of(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, format!("User import job {job_id} does not exist."))
}

/// A change that waits until no job fills the pool. (guess)
pub fn import_in_progress() -> AwsError {
    AwsError::of(&shapes::USER_IMPORT_IN_PROGRESS_EXCEPTION, "User import is in progress for this user pool.")
}

/// A start, or a file, for a job that had its start or its time. (guess)
pub fn import_not_waiting() -> AwsError {
    precondition("The user import job is not in the state Created.")
}

/// A start before the file. (guess)
pub fn import_without_file() -> AwsError {
    precondition("The file of the user import job has not been uploaded.")
}

/// A pool that verifies nothing, whose imported users could never set a password. (guess)
pub fn import_without_verified_attributes() -> AwsError {
    precondition("The user pool must have at least one auto verified attribute.")
}

/// A second job of the pool. (guess)
pub fn import_beside_another() -> AwsError {
    precondition("Another user import job of this user pool is in progress.")
}

/// A stop of a job that does not run. (guess)
pub fn import_not_running() -> AwsError {
    precondition("The user import job is not in progress.")
}
