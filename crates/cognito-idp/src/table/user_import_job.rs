//! Import jobs, the files they read, and what they say of each line. All of it lies in the pool's partition.

use store::{Index, Table};

use crate::entity::UserImportJob;

/// Jobs: sk [`job_sk`].
pub const IMPORT_JOBS: Table<UserImportJob> = Table::new("user-import-job", 1);
/// What was said of lines: sk [`log_sk`].
pub const IMPORT_LOG: Table<String> = Table::new("user-import-log", 1);
/// Index of jobs that a task works on, by pool id.
pub const IMPORTS_RUNNING: &str = "cognito.user-import.running";
/// What all sort keys of jobs begin with.
pub const JOB_PREFIX: &str = "user-import-job#";

/// Place of a job.
pub fn job_sk(job_id: &str) -> String {
    format!("{JOB_PREFIX}{job_id}")
}

/// Index entries of a job.
pub fn job_index(job: &UserImportJob) -> Index {
    if job.status.is_active() { vec![(IMPORTS_RUNNING, job.pool_id.clone())] } else { Vec::new() }
}

/// Place of a piece of a job's file.
pub fn piece_sk(job_id: &str, generation: &str, piece: u64) -> String {
    format!("user-import-data#{job_id}#{generation}#{piece:08}")
}

/// What all sort keys of a job's log begin with.
pub fn log_prefix(job_id: &str) -> String {
    format!("user-import-log#{job_id}#")
}

/// Place of what was said of a line.
pub fn log_sk(job_id: &str, line: u64) -> String {
    format!("{}{line:010}", log_prefix(job_id))
}

/// Counter of a pool's jobs.
pub fn jobs_counter(pool_id: &str) -> String {
    format!("cognito.user-imports#{pool_id}")
}
