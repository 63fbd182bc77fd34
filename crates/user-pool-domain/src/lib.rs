//! user-pool-domain

pub mod plan;
pub mod ports;
