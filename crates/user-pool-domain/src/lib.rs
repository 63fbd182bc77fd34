//! The domain of a user pool: the hosted pages and the OAuth 2.0 endpoints (Cognito guide, "User pool endpoints and
//! managed login reference").
//!
//! What comes in: a [`DomainRequest`], and two ports: [`ports::DomainPlans`] finds what is configured, from memory;
//! [`ports::UserPool`] is the state behind. What goes out: an HTTP response.
//! What it must not know: the store, tokens' insides, how users are kept, other services.
//!
//! The rules that every answer keeps:
//! - a browser is sent to a path of this domain or to a URI that the client registered, byte for byte, and nowhere else;
//! - until client and redirect URI are proven, a refusal is a page; afterwards it goes to the client;
//! - every page keeps the whole query of the authorization request, and each step reads and judges it anew: a flow has
//!   no other server state than the sealed cookie of [`flow`];
//! - no inline script or style attribute, no value that is not escaped; stylesheets are allowed by their hashes; the few
//!   scripts are files of this room (`script.rs`), for what HTML cannot do, and allowed only on the pages that need them;
//! - what a person types in one flow never travels in a URL.
//!
//! To add a page: a variant of `Endpoint` in `domains.rs` (the compiler lists the rest), a file in `page/`, a template, its
//! sentences in `text.rs`. To add a grant: `oauth2::GrantType` and a line in `endpoint/token.rs`.

mod authorization;
mod cookie;
mod domains;
mod endpoint;
mod flow;
mod keys;
pub mod look;
mod page;
pub mod plan;
pub mod ports;
mod qr;
mod refusal;
mod reply;
mod script;
mod sign_in;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod visit;

pub use domains::{DomainRequest, Domains};
pub use text::LANGUAGES;
