//! AWS Signature Version 4 (IAM guide, "AWS Signature Version 4 for API requests"): sign and verify, in the header form,
//! the presigned form and the chunked form.
//!
//! What comes in: the plain parts of a request ([`SignedRequest`]), a secret or a derived key, and the rules of the
//! endpoint. What goes out: what the caller presented ([`Presented`]), the proof ([`Verified`]), or a [`SigError`]
//! that knows its sentence and code in every dialect.
//! What it must not know: HTTP crates, sockets, clocks (the time is a parameter), who owns a key.
//!
//! A server goes in AWS's order of checks:
//! 1. [`presented`]: is there a signature at all, in which form, is it complete;
//! 2. [`check`]: scope, clock window;
//! 3. its own look-up of the key, raising [`SigError::UnknownKey`], [`SigError::BadSessionToken`] or
//!    [`SigError::ExpiredToken`];
//! 4. [`verify`] or, with a cached key, [`verify_with_key`].
//!
//! To add a refusal: a variant of [`SigError`], its sentence in `error.rs`, its S3 form in `error/s3.rs`; the compiler
//! lists what is missing.

mod canonical;
pub mod chunked;
mod error;
mod key;
mod presented;
mod query;
mod request;
mod sign;
mod verify;

#[cfg(test)]
mod tests;

pub use error::{Dialect, ExpiresFault, Mismatch, ScopeFault, SigError, TimeFault};
pub use key::{Credentials, SigningKey, signing_key};
pub use presented::{Form, MAX_EXPIRES_S, Presented, presented, refuse_v2};
pub use request::{BodyHash, MAX_HEADERS_BYTES, MAX_SIGNED_HEADERS, MAX_TARGET_BYTES, SignedRequest};
pub use sign::Signer;
pub use verify::{Payload, Rules, Style, Verified, check, verify, verify_with_key};

/// The one algorithm that is spoken. `AWS4-ECDSA-P256-SHA256` (SigV4A) is refused.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Last part of every credential scope.
pub const TERMINATOR: &str = "aws4_request";
/// Payload hash of a request whose body is not signed.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// Clock window of most services.
pub const WINDOW_S: i64 = 900;
/// Clock window of execute-api.
pub const EXECUTE_API_WINDOW_S: i64 = 300;
