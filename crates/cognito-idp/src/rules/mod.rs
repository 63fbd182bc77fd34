//! Rules that several operations share: what a pool's, a client's, a domain's settings may be. Each takes a request's
//! members and gives the settings to keep, or AWS's error.
//!
//! What they must not know: the store. What depends on other documents is given as a parameter.

pub mod branding;
pub mod cidr;
pub mod client;
pub mod css;
pub mod domain;
pub mod identity_provider;
pub mod image;
pub mod lambda;
pub mod limits;
pub mod mfa;
pub mod pool;
pub mod redirect;
pub mod risk;
pub mod schema;
pub mod scopes;
pub mod svg;
pub mod tags;
pub mod terms;
pub mod user_filter;
