//! What the server tells this room.

use std::sync::Arc;

use execute_api::Plans;
use store::Store;

use crate::ports::Objects;

/// Settings of the service, fixed for the life of the process.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Host names of the server itself, beside loopback and AWS's: no custom domain name may take one.
    pub host_names: Vec<String>,
}

/// The doors to the world.
#[derive(Clone)]
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Where compiled stages go, and what serves them.
    pub plans: Arc<Plans>,
    /// Clock, dice, backends and user pools: test-invoke uses the gateway's own.
    pub gateway: execute_api::Doors,
    /// Where truststores lie.
    pub objects: Arc<dyn Objects>,
}

impl std::fmt::Debug for Doors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Doors")
    }
}
