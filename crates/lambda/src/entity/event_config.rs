//! How asynchronous calls of a version or alias are treated, and what is kept ready for it.

use aws_types::Timestamp;
use model_lambda::types as wire;
use serde::{Deserialize, Serialize};

use super::moment;

/// `FunctionEventInvokeConfig`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EventConfig {
    /// `$LATEST`, a number or an alias.
    pub qualifier: String,
    /// `MaximumRetryAttempts`.
    #[serde(default)]
    pub retries: Option<i32>,
    /// `MaximumEventAgeInSeconds`.
    #[serde(default)]
    pub max_age_s: Option<i32>,
    /// A function that is told of success.
    #[serde(default)]
    pub on_success: Option<String>,
    /// A function that is told of failure.
    #[serde(default)]
    pub on_failure: Option<String>,
    /// `LastModified`.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl EventConfig {
    /// As the API shows it.
    pub fn to_wire(&self, arn: String) -> wire::FunctionEventInvokeConfig {
        wire::FunctionEventInvokeConfig {
            last_modified: Some(self.modified),
            function_arn: Some(arn),
            maximum_retry_attempts: self.retries,
            maximum_event_age_in_seconds: self.max_age_s,
            destination_config: Some(wire::DestinationConfig {
                on_success: Some(wire::OnSuccess { destination: self.on_success.clone() }),
                on_failure: Some(wire::OnFailure { destination: self.on_failure.clone() }),
            }),
        }
    }
}

/// `ProvisionedConcurrencyConfig`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Provisioned {
    /// A number or an alias.
    pub qualifier: String,
    /// `ProvisionedConcurrentExecutions`.
    pub wanted: i32,
    /// `LastModified`.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}
