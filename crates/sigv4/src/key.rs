//! Secrets and the keys derived from them.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use aws_types::Secret;

use crate::TERMINATOR;

/// What a client signs with.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// `AKIA…` or `ASIA…`.
    pub access_key_id: String,
    /// The secret access key.
    pub secret: Secret<String>,
    /// Of temporary credentials.
    pub session_token: Option<String>,
}

/// A key derived for one day, region and service. A caller may keep it as long as the secret is valid.
#[derive(Clone)]
pub struct SigningKey(Arc<hmac::Key>);

impl SigningKey {
    /// Lower-case hex of the HMAC over the text.
    pub fn signature(&self, string_to_sign: &str) -> String {
        hex(hmac::sign(&self.0, string_to_sign.as_bytes()).as_ref())
    }

    /// Whether the signature is this key's, in time that does not depend on where it differs.
    pub fn accepts(&self, string_to_sign: &str, signature: &str) -> bool {
        verify_slices_are_equal(self.signature(string_to_sign).as_bytes(), signature.as_bytes()).is_ok()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// Derives the signing key; `date` is `yyyymmdd`.
pub fn signing_key(secret: &Secret<String>, date: &str, region: &str, service: &str) -> SigningKey {
    let first = hmac::Key::new(HMAC_SHA256, format!("AWS4{}", secret.expose()).as_bytes());
    let last = [date, region, service, TERMINATOR].iter().fold(first, |key, part| {
        let derived = hmac::sign(&key, part.as_bytes());
        hmac::Key::new(HMAC_SHA256, derived.as_ref())
    });
    SigningKey(Arc::new(last))
}

/// Lower-case hex of SHA-256.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
        .collect()
}
