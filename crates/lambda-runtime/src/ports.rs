//! What functions need of their neighbours.

use async_trait::async_trait;
use aws_types::{Secret, Timestamp};
use bytes::Bytes;

/// Where zips are kept.
#[async_trait]
pub trait CodeSource: Send + Sync {
    /// The zip whose SHA-256 (lower-case hexadecimal) this is. Asked once for each unpacked folder.
    async fn zip(&self, sha256: &str) -> Option<Bytes>;
}

/// One line of a function's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEvent {
    /// When.
    pub at: Timestamp,
    /// What, with the line's end where there was one.
    pub message: String,
}

/// Where a function's lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPlace {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `/aws/lambda/check`.
    pub group: String,
    /// `2026/01/02/[$LATEST]0123456789abcdef0123456789abcdef`.
    pub stream: String,
}

/// Takes functions' lines. Never blocks: what cannot be queued is dropped there.
pub trait FunctionLogs: Send + Sync {
    /// Some events of one stream, oldest first. Group and stream are made where they are not there yet.
    fn write(&self, place: &LogPlace, events: Vec<LogEvent>);
}

/// What a process calls AWS's APIs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `ASIA…`.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: Secret<String>,
    /// The token that goes with it.
    pub session_token: String,
    /// When they end: a process is replaced before that.
    pub expires: Timestamp,
}

/// Assumes execution roles.
#[async_trait]
pub trait RoleCredentials: Send + Sync {
    /// Credentials of the role, for a session named like the function; `None` where the role is gone or does not trust Lambda:
    /// the process then runs without.
    async fn of(&self, role_arn: &str, session_name: &str) -> Option<Credentials>;
}
