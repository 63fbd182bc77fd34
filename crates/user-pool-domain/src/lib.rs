//! user-pool-domain
