//! A function and its versions.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::name::{FunctionName, LATEST};

/// A function: what is true of all its versions, and the version that can still be changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Function {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `check`.
    pub name: String,
    /// `$LATEST`.
    pub latest: Version,
    /// Number of the last version that was published; 0: none was.
    #[serde(default)]
    pub published: u64,
    /// The mark of `$LATEST` when that was done.
    #[serde(default)]
    pub published_mark: Option<String>,
    /// `ReservedConcurrentExecutions`.
    #[serde(default)]
    pub reserved_concurrency: Option<i32>,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// `RecursiveLoop`.
    #[serde(default)]
    pub recursive_loop: Option<String>,
}

impl Function {
    /// Where it lives.
    pub fn name(&self) -> FunctionName {
        FunctionName { account: self.account.clone(), region: self.region.clone(), name: self.name.clone() }
    }
}

/// Code and configuration as they are run together. A published one never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Version {
    /// `$LATEST` or a number.
    pub number: String,
    /// Changes with code and configuration, and with nothing else.
    pub mark: String,
    /// `RevisionId`.
    pub revision: String,
    /// `LastModified`.
    #[serde(with = "moment")]
    pub modified: Timestamp,
    /// `Runtime`.
    pub runtime: String,
    /// `Handler`.
    pub handler: String,
    /// ARN of the execution role.
    pub role: String,
    /// The zip.
    pub code: Code,
    /// `Description`.
    #[serde(default)]
    pub description: String,
    /// Seconds.
    pub timeout_s: i32,
    /// Megabytes.
    pub memory_mb: i32,
    /// Megabytes of the temporary folder.
    pub ephemeral_mb: i32,
    /// The variables as JSON, sealed; none where none were ever set.
    #[serde(default)]
    pub environment: Option<String>,
    /// `x86_64`, `arm64`.
    pub architectures: Vec<String>,
    /// Layers, the lowest first.
    #[serde(default)]
    pub layers: Vec<LayerUse>,
    /// `LoggingConfig`.
    #[serde(default)]
    pub logging: Logging,
    /// `TracingConfig.Mode`.
    #[serde(default)]
    pub tracing: Option<String>,
    /// `SnapStart.ApplyOn`.
    #[serde(default)]
    pub snap_start: Option<String>,
    /// `KMSKeyArn`, which is kept and shown.
    #[serde(default)]
    pub kms_key_arn: Option<String>,
    /// `UpdateRuntimeOn` and `RuntimeVersionArn`.
    #[serde(default)]
    pub runtime_management: Option<(String, Option<String>)>,
}

impl Version {
    /// Whether it is `$LATEST`.
    pub fn is_latest(&self) -> bool {
        self.number == LATEST
    }
}

/// A zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Bytes of the zip.
    pub size: u64,
    /// Where it was taken from, where that was asked to be remembered.
    #[serde(default)]
    pub source: Option<S3Place>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Place {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Version.
    #[serde(default)]
    pub version: Option<String>,
}

/// A layer as a function uses it; the layer's version may be gone meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerUse {
    /// ARN of the version.
    pub arn: String,
    /// Its zip.
    pub sha256: String,
    /// Bytes of the zip.
    pub size: u64,
}

/// `LoggingConfig`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logging {
    /// `Text` or `JSON`; none: `Text`.
    #[serde(default)]
    pub format: Option<String>,
    /// `ApplicationLogLevel`.
    #[serde(default)]
    pub application_level: Option<String>,
    /// `SystemLogLevel`.
    #[serde(default)]
    pub system_level: Option<String>,
    /// The group; none: `/aws/lambda/{name}`.
    #[serde(default)]
    pub group: Option<String>,
}
