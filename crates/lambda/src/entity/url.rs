//! A function's own address.

use aws_types::Timestamp;
use model_lambda::types as wire;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::name::FunctionName;

/// `FunctionUrlConfig`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct UrlConfig {
    /// 32 lower-case letters and digits: the first label of its host.
    pub id: String,
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// The function's name.
    pub function: String,
    /// An alias; none: `$LATEST`.
    #[serde(default)]
    pub qualifier: Option<String>,
    /// `NONE` or `AWS_IAM`.
    pub auth_type: String,
    /// `Cors`.
    #[serde(default)]
    pub cors: Option<wire::Cors>,
    /// `BUFFERED` or `RESPONSE_STREAM`.
    pub invoke_mode: String,
    /// `CreationTime`.
    #[serde(with = "moment")]
    pub created: Timestamp,
    /// `LastModifiedTime`.
    #[serde(with = "moment")]
    pub modified: Timestamp,
}

impl UrlConfig {
    /// The function.
    pub fn function_name(&self) -> FunctionName {
        FunctionName { account: self.account.clone(), region: self.region.clone(), name: self.function.clone() }
    }

    /// ARN of what it calls.
    pub fn arn(&self) -> String {
        self.function_name().arn(self.qualifier.as_deref())
    }
}
