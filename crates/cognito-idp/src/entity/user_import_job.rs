//! A job that imports users from a CSV file (UserImportJobType).

use aws_types::Timestamp;
use model_cognito_idp::types::{PasswordHashingAlgorithmType, UserImportJobStatusType, UserImportJobType};
use serde::{Deserialize, Serialize};

use super::moment;

/// A job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UserImportJob {
    /// `import-Ab3dE5fG7h`.
    pub id: String,
    /// `JobName`.
    pub name: String,
    /// The pool.
    pub pool_id: String,
    /// `CloudWatchLogsRoleArn`. Kept and given back.
    pub role_arn: String,
    /// How the file's hashes were made, where it has some.
    pub algorithm: Option<Algorithm>,
    /// Where it stands.
    pub status: Status,
    /// When it was made.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// When it was started, ms since the epoch.
    pub started_ms: Option<i64>,
    /// When it ended, ms since the epoch.
    pub completed_ms: Option<i64>,
    /// Lines that became users.
    pub imported: u64,
    /// Lines whose user was there already.
    pub skipped: u64,
    /// Lines that could be no user.
    pub failed: u64,
    /// `CompletionMessage`.
    pub message: Option<String>,
    /// The file, once it was put.
    pub upload: Option<Upload>,
    /// Bytes of the file that are done.
    pub offset: u64,
    /// Lines that are done, the header among them.
    pub line: u64,
}

/// A file that was put.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Tells a later file from an earlier one.
    pub generation: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// `UserImportJobStatusType` at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Waits for its file and its start.
    Created,
    /// Was started and has not begun.
    Pending,
    /// Imports.
    InProgress,
    /// Was told to stop.
    Stopping,
    /// Stopped.
    Stopped,
    /// Broke off.
    Failed,
    /// Went through the whole file.
    Succeeded,
}

impl Status {
    /// Whether a task works on it.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress | Self::Stopping)
    }
}

/// `PasswordHashingAlgorithmType` at rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// `$2b$12$…`.
    Bcrypt,
    /// `$scrypt$ln=15,r=8,p=1$…`.
    Scrypt,
    /// `$argon2id$v=19$m=19456,t=2,p=1$…`.
    Argon2id,
    /// `$pbkdf2-sha256$…`.
    Pbkdf2Sha256,
}

impl From<PasswordHashingAlgorithmType> for Algorithm {
    fn from(wire: PasswordHashingAlgorithmType) -> Self {
        match wire {
            PasswordHashingAlgorithmType::Bcrypt => Self::Bcrypt,
            PasswordHashingAlgorithmType::Scrypt => Self::Scrypt,
            PasswordHashingAlgorithmType::Argon2id => Self::Argon2id,
            PasswordHashingAlgorithmType::Pbkdf2Sha256 => Self::Pbkdf2Sha256,
        }
    }
}

impl Algorithm {
    const fn to_wire(self) -> PasswordHashingAlgorithmType {
        match self {
            Self::Bcrypt => PasswordHashingAlgorithmType::Bcrypt,
            Self::Scrypt => PasswordHashingAlgorithmType::Scrypt,
            Self::Argon2id => PasswordHashingAlgorithmType::Argon2id,
            Self::Pbkdf2Sha256 => PasswordHashingAlgorithmType::Pbkdf2Sha256,
        }
    }
}

/// A job that is not started by then is no more (API reference: "within 24-48 hours").
const LIFE_MS: i64 = 24 * 3_600_000;

impl UserImportJob {
    /// Whether nobody started it in time.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        self.status == Status::Created && now.ms() >= self.created.ms().saturating_add(LIFE_MS)
    }

    /// As the API shows it at a moment, with a fresh URL for the file.
    pub fn to_wire(&self, now: Timestamp, url: String) -> UserImportJobType {
        let count = |n: u64| Some(i64::try_from(n).unwrap_or(i64::MAX));
        let status = match self.status {
            Status::Created if self.has_lapsed(now) => UserImportJobStatusType::Expired,
            Status::Created => UserImportJobStatusType::Created,
            Status::Pending => UserImportJobStatusType::Pending,
            Status::InProgress => UserImportJobStatusType::InProgress,
            Status::Stopping => UserImportJobStatusType::Stopping,
            Status::Stopped => UserImportJobStatusType::Stopped,
            Status::Failed => UserImportJobStatusType::Failed,
            Status::Succeeded => UserImportJobStatusType::Succeeded,
        };
        UserImportJobType {
            job_name: Some(self.name.clone()),
            job_id: Some(self.id.clone()),
            user_pool_id: Some(self.pool_id.clone()),
            pre_signed_url: Some(url),
            creation_date: Some(self.created),
            start_date: self.started_ms.map(Timestamp::from_ms),
            completion_date: self.completed_ms.map(Timestamp::from_ms),
            status: Some(status),
            cloud_watch_logs_role_arn: Some(self.role_arn.clone()),
            imported_users: count(self.imported),
            skipped_users: count(self.skipped),
            failed_users: count(self.failed),
            completion_message: self.message.clone(),
            password_hashing_algorithm: self.algorithm.map(Algorithm::to_wire),
        }
    }
}
