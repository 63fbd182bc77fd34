//! Importing users from a CSV file (guide: "Importing users into user pools from a CSV file").
//!
//! What comes in: a job, a file put at the job's URL, a start. What goes out: users, one transaction a line, which also
//! moves the job forward, so that a server that stops in the middle goes on where it was and counts no line twice; and a
//! log in AWS's words, which names lines and no users.
//! What it must not know: HTTP. The server's door checks nothing of its own; it brings the query and the bytes.
//!
//! Beyond the file of GetCSVHeader, a job made with `PasswordHashingAlgorithm` may have a column
//! [`csv::PASSWORD_HASH`]: such users are CONFIRMED, the hash is checked as it is, and the first sign-in by password
//! replaces it by Argon2id and makes the verifier of SRP. Without a hash users are RESET_REQUIRED, as at AWS.

pub mod csv;
mod line;
mod run;
pub mod upload;

#[cfg(test)]
pub(crate) mod tests;

use store::Versioned;

use crate::CognitoIdp;
use crate::entity::UserImportJob;
use crate::error::{self, Result};
use crate::table::pool_pk;
use crate::table::user_import_job::{IMPORT_JOBS, IMPORTS_RUNNING, job_sk};

impl CognitoIdp {
    /// A job of a pool.
    ///
    /// # Errors
    /// ResourceNotFoundException.
    pub(crate) async fn import_job(&self, pool_id: &str, job_id: &str) -> Result<Versioned<UserImportJob>> {
        let job = IMPORT_JOBS.get(self.store(), &pool_pk(pool_id), &job_sk(job_id)).await?;
        job.ok_or_else(|| error::import_job_not_found(job_id))
    }

    /// Whether a job of this pool is being worked on.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn is_importing(&self, pool_id: &str) -> Result<bool> {
        Ok(!self.store().lookup(IMPORTS_RUNNING, pool_id, None, 1).await?.is_empty())
    }

    /// Refuses changes to a pool that a job fills.
    ///
    /// # Errors
    /// UserImportInProgressException.
    pub(crate) async fn refuse_while_importing(&self, pool_id: &str) -> Result<()> {
        if self.is_importing(pool_id).await? { Err(error::import_in_progress()) } else { Ok(()) }
    }
}
