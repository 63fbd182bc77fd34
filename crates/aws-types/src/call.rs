//! Who calls, from where, and on whose account: what every operation may ask of its call.

use crate::arn::{AccountId, Arn, Region};
use crate::time::Timestamp;

/// Who stands behind a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// The operation is open and nobody was proven.
    Anonymous,
    /// The account's root: everything is allowed. In local mode every unknown access key acts as this.
    Root,
    /// A principal whose key was verified.
    Principal {
        /// The key that signed.
        access_key_id: String,
        /// `arn:aws:iam::123456789012:user/alice`.
        arn: String,
    },
}

/// One call of an operation.
#[derive(Clone, Debug)]
pub struct CallContext {
    /// The account whose resources are meant.
    pub account: AccountId,
    /// The region of the credential scope or host.
    pub region: Region,
    /// `x-amzn-RequestId`: a lower-case UUID.
    pub request_id: String,
    /// Who calls.
    pub caller: Caller,
    /// Address of the peer, without port.
    pub source_ip: String,
    /// `User-Agent`, at most 512 bytes.
    pub user_agent: String,
    /// When the call arrived, by the server's clock.
    pub now: Timestamp,
}

impl CallContext {
    /// An ARN of this call's account and region.
    pub fn arn(&self, service: &str, resource: impl Into<String>) -> Arn {
        Arn::new(service, &self.region, &self.account, resource)
    }
}
