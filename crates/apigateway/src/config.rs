//! What the server tells this room.

use std::sync::Arc;

use execute_api::Plans;
use store::Store;

/// Settings of the service, fixed for the life of the process.
#[derive(Clone, Debug, Default)]
pub struct Config {}

/// The doors to the world.
#[derive(Clone)]
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Where compiled stages go, and what serves them.
    pub plans: Arc<Plans>,
    /// Clock, dice, backends and user pools: test-invoke uses the gateway's own.
    pub gateway: execute_api::Doors,
}

impl std::fmt::Debug for Doors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Doors")
    }
}
