//! What the gateway asks of its neighbours. The server wires these to the rooms that know.

use std::sync::Arc;

use async_trait::async_trait;
use aws_types::Timestamp;
use jose::VerifyingKey;

use crate::usage::Quota;

/// The signing keys of user pools that live here. Answers from memory: it stands on the hot path.
pub trait UserPoolKeys: Send + Sync {
    /// The key of a pool (by pool id, `eu-west-1_Ab3dE5fG7`) with this `kid`.
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>>;

    /// Whether `issuer` is a name of that pool: this server's own form or AWS's.
    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool;
}

/// Counts calls that bear an API key, durably: what was admitted stays counted whatever happens.
#[async_trait]
pub trait UsageCounters: Send + Sync {
    /// Counts one call, unless its quota is used up.
    async fn count(&self, count: Count<'_>) -> Counted;
}

/// One call to be counted.
#[derive(Clone, Copy, Debug)]
pub struct Count<'a> {
    /// As in [`crate::usage::UsagePlan::id`].
    pub plan_id: &'a str,
    /// The key.
    pub key_id: &'a str,
    /// How many it may make.
    pub quota: Option<Quota>,
    /// When it came.
    pub at: Timestamp,
}

/// What counting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The call is counted.
    Within,
    /// The quota is used up; the call is not counted.
    Exceeded,
    /// It could not be counted, so it is not admitted.
    Failed,
}
