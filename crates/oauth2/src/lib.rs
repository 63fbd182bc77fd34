//! The vocabulary of OAuth 2.0 and OpenID Connect as user pool domains speak it (Cognito guide, "User pool endpoints and
//! managed login reference"; RFC 6749, 7009, 7636, OpenID Connect Core).
//!
//! What comes in: parameters and headers as text. What goes out: checked values, and [`Error`], the one catalogue of
//! what an endpoint may refuse.
//! What it must not know: pools, clients as records, sessions, HTTP crates, clocks, randomness.
//!
//! To add a grant: a variant of [`GrantType`]; to add an error: a variant of [`ErrorCode`] and a constructor beside the
//! others, so that its sentence stands once. The compiler lists the rest.

mod client_auth;
mod error;
mod grant;
mod params;
mod pkce;
mod redirect;
mod scope;

#[cfg(test)]
mod tests;

pub use client_auth::ClientAuth;
pub use error::{Error, ErrorCode};
pub use grant::{GrantType, Prompt, Prompts, ResponseType};
pub use params::{Duplicate, MAX_PARAMS, MAX_PARAMS_BYTES, Params, ParamsError};
pub use pkce::{CodeChallenge, CodeVerifier, check_pkce};
pub use redirect::{
    MAX_REDIRECT_URI_BYTES, RedirectUriError, append_query, check_registration, percent_encode, registered,
    with_fragment,
};
pub use scope::{COGNITO_ADMIN, EMAIL, MAX_SCOPE_BYTES, MAX_SCOPES, OPENID, PHONE, PROFILE, Scope, ScopeSet};
