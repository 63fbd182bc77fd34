//! An asynchronous call on its way.

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::moment;
use crate::name::FunctionName;

/// Which function, and how it was named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Twelve digits.
    pub account: String,
    /// `eu-west-1`.
    pub region: String,
    /// `check`.
    pub name: String,
    /// A version or alias.
    #[serde(default)]
    pub qualifier: Option<String>,
}

impl Target {
    /// The function.
    pub fn function(&self) -> FunctionName {
        FunctionName { account: self.account.clone(), region: self.region.clone(), name: self.name.clone() }
    }
}

/// A call that waits for its next try.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Queued {
    /// The request's id, which all tries share.
    pub id: String,
    /// Whom to call.
    pub target: Target,
    /// The event, sealed.
    pub payload: String,
    /// When it was taken.
    #[serde(with = "moment")]
    pub taken: Timestamp,
    /// Calls in which the function failed.
    #[serde(default)]
    pub failures: u32,
    /// Tries that were throttled or met a fault of the system.
    #[serde(default)]
    pub throttled: u32,
    /// How many functions told one another before this call, so that no ring of destinations turns for ever.
    #[serde(default)]
    pub hops: u32,
    /// `X-Amzn-Trace-Id` of the request that the call came of.
    #[serde(default)]
    pub trace_id: Option<String>,
}
