//! What the server tells this room.

use std::sync::Arc;

use http_api::Plans;
use store::Store;
use world::Rng;

use crate::ports::{Domains, Issuers};

/// Settings of the service, fixed for the life of the process.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// What clients reach the server by, without a last slash; `apiEndpoint` begins with it.
    pub base_url: String,
}

/// The doors to the world.
#[derive(Clone)]
pub struct Doors {
    /// Where everything is kept.
    pub store: Store,
    /// Ids.
    pub rng: Arc<dyn Rng>,
    /// Where compiled stages of HTTP APIs go.
    pub plans: Arc<Plans>,
    /// Where those of WebSocket APIs go.
    pub socket_plans: Arc<websocket_api::plans::Plans>,
    /// Whether an issuer of tokens answers.
    pub issuers: Arc<dyn Issuers>,
    /// Custom domain names, which REST APIs have in common with these.
    pub domains: Arc<dyn Domains>,
}

impl std::fmt::Debug for Doors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Doors")
    }
}
