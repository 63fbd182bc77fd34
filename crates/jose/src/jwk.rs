//! JSON Web Keys (RFC 7517), public ones only: there is no member here that could hold a private part.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::key::KeyError;

/// The most bytes a foreign key set may have.
pub const MAX_JWKS_BYTES: usize = 256 * 1024;
/// The most keys a key set may have.
pub const MAX_KEYS: usize = 100;

/// A public key, its members in the order that Cognito prints: alg, e, kid, kty, n, use; then those of other kinds of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwk {
    /// `RS256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// RSA public exponent, base64url of its big-endian bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Name of the key.
    #[serde(default)]
    pub kid: String,
    /// `RSA`, `EC`, `OKP`.
    #[serde(default)]
    pub kty: String,
    /// RSA modulus, base64url of its big-endian bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// `sig`.
    #[serde(rename = "use", default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
    /// Curve: `P-256`, `Ed25519`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crv: Option<String>,
    /// First coordinate, or the whole key of `OKP`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

/// A key set, the document at `/.well-known/jwks.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jwks {
    /// The keys, in the order to be printed.
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// Reads a foreign key set.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`] over [`MAX_JWKS_BYTES`] or [`MAX_KEYS`]; [`KeyError::Malformed`] where it is no key set.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > MAX_JWKS_BYTES {
            return Err(KeyError::TooManyKeys);
        }
        let set: Self = serde_json::from_slice(bytes).map_err(|_| KeyError::Malformed)?;
        if set.keys.len() > MAX_KEYS { Err(KeyError::TooManyKeys) } else { Ok(set) }
    }
}

/// Base64 of the SHA-256 of the key's RFC 7638 form: 44 characters that end in `=`, as Cognito's key ids look.
pub fn kid_of_rsa(n: &str, e: &str) -> String {
    // RFC 7638 3: the required members only, in lexicographic order, without white space.
    let canonical = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
    STANDARD.encode(digest(&SHA256, canonical.as_bytes()))
}
