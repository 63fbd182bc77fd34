//! JSON Web Tokens as user pools sign them and authorizers check them (Cognito guide, "Verifying JSON web tokens";
//! RFC 7515, 7517, 7518, 7519, 7638).
//!
//! What comes in: claims to sign, tokens and key sets as text. What goes out: compact tokens, [`Claims`], JWK sets.
//! What it must not know: clocks (the time is a parameter), networks (a key set is given), pools and clients.
//!
//! The rules that every verification keeps:
//! - the algorithm comes from the key, never from the token; `none` and HMAC do not exist here;
//! - keys are found by `kid` in a map in memory, nothing in a header is ever followed or parsed as a key;
//! - the signature is proven before a claim is read; duplicates, unknown `crit`, loose base64 are refused;
//! - everything is bounded: token length, nesting, `kid` length, number of keys.
//!
//! To add an algorithm: a variant of [`Algorithm`] with its name, and the parser of its keys in [`VerifyingKey::from_jwk`];
//! the compiler lists the rest.

mod base64url;
mod claims;
mod jwk;
mod key;
mod strict_json;
mod verify;

#[cfg(test)]
mod tests;

pub use claims::{Claims, MAX_LEEWAY_S, TokenUse};
pub use jwk::{Jwk, Jwks, MAX_JWKS_BYTES, MAX_KEYS};
pub use key::{Algorithm, KeyError, KeySet, KeySource, MAX_KID_BYTES, SigningKey, VerifyingKey};
pub use strict_json::{MAX_DEPTH, parse_object};
pub use verify::{
    DEFAULT_MAX_TOKEN_BYTES, HARD_MAX_TOKEN_BYTES, JwtError, unverified_alg, unverified_kid, unverified_payload,
    verify, verify_bounded,
};

use aws_lc_rs::digest::{SHA256, digest};

/// `at_hash` of an id token: base64url of the left half of the access token's SHA-256 (OpenID Connect Core 3.1.3.6).
pub fn at_hash(access_token: &str) -> String {
    let hash = digest(&SHA256, access_token.as_bytes());
    base64url::encode(hash.as_ref().get(..16).unwrap_or_default())
}
