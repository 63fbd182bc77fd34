//! What the gateway asks of its neighbours. The server wires these to the rooms that know.

use std::sync::Arc;

use jose::VerifyingKey;

/// The signing keys of user pools that live here. Answers from memory: it stands on the hot path.
pub trait UserPoolKeys: Send + Sync {
    /// The key of a pool (by pool id, `eu-west-1_Ab3dE5fG7`) with this `kid`.
    fn key(&self, pool_id: &str, kid: &str) -> Option<Arc<VerifyingKey>>;

    /// Whether `issuer` is a name of that pool: this server's own form or AWS's.
    fn is_issuer(&self, pool_id: &str, issuer: &str) -> bool;
}
