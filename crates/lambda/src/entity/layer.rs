//! A version of a layer.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Code, Permissions, moment};

/// A layer's version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LayerVersion {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `tools`.
    pub name: String,
    /// From 1.
    pub number: u64,
    /// The zip.
    pub code: Code,
    /// `Description`.
    #[serde(default)]
    pub description: String,
    /// `LicenseInfo`.
    #[serde(default)]
    pub license: Option<String>,
    /// `CompatibleRuntimes`; none where none were given.
    #[serde(default)]
    pub runtimes: Option<Vec<String>>,
    /// `CompatibleArchitectures`.
    #[serde(default)]
    pub architectures: Option<Vec<String>>,
    /// `CreatedDate`.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// Its policy.
    #[serde(default)]
    pub permissions: Permissions,
}

impl LayerVersion {
    /// ARN of the layer.
    pub fn layer_arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:layer:{}", self.region, self.account, self.name)
    }

    /// ARN of the version.
    pub fn arn(&self) -> String {
        format!("{}:{}", self.layer_arn(), self.number)
    }
}
