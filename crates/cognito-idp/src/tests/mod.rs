//! Pools, clients, domains, groups, resource servers and tags, through the service's door.

mod clients;
mod derived_tokens;
mod domains;
mod errors;
mod feed;
mod findings;
mod groups;
mod identity_providers;
mod keys;
mod managed_login;
mod members;
mod mfa_and_style;
mod paging;
pub mod pictures;
mod regions_and_limits;
mod resource_servers;
mod secrets;
mod sessions_and_srp;
mod sweep;
mod tags;
mod threats;
mod update_pool;
mod user_pools;
