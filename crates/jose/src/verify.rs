//! Verification of a compact token, in the one order that is safe: length, shape, header, key, algorithm, signature,
//! and only then claims.

use serde_json::{Map, Value};

use crate::base64url;
use crate::claims::Claims;
use crate::key::{KeySource, MAX_KID_BYTES};
use crate::strict_json::parse_object;

/// The longest token that [`verify`] looks at.
pub const DEFAULT_MAX_TOKEN_BYTES: usize = 16 * 1024;
/// The longest token that any verification looks at.
pub const HARD_MAX_TOKEN_BYTES: usize = 64 * 1024;
/// RSA of 8192 bits, with room.
const MAX_SIGNATURE_BYTES: usize = 2048;

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Longer than the bound.
    #[error("the token is too long")]
    TooLong,
    /// Not a compact token of three canonical base64url parts with JSON objects in the first two.
    #[error("the token is malformed: {0}")]
    Malformed(&'static str),
    /// The header demands something that is not understood.
    #[error("the token has a critical header")]
    CriticalHeader,
    /// No trusted key of that name.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// `alg` is not the key's.
    #[error("the token's algorithm is not its key's")]
    BadAlgorithm,
    /// The signature is not the key's.
    #[error("the token's signature is wrong")]
    BadSignature,
    /// `exp` is over.
    #[error("the token is expired")]
    Expired,
    /// `nbf` or `iat` is ahead.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// A claim is missing, of another type, out of range or not what is expected.
    #[error("the token's claim {0} is not acceptable")]
    BadClaim(&'static str),
}

/// Proves a token of at most [`DEFAULT_MAX_TOKEN_BYTES`]. Times, issuer, use and audience are for the caller to check on
/// the [`Claims`].
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(token: &str, keys: &impl KeySource) -> Result<Claims, JwtError> {
    verify_bounded(token, keys, DEFAULT_MAX_TOKEN_BYTES)
}

/// [`verify`] with another bound, itself bounded by [`HARD_MAX_TOKEN_BYTES`].
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_bounded(token: &str, keys: &impl KeySource, max_bytes: usize) -> Result<Claims, JwtError> {
    if token.len() > max_bytes.min(HARD_MAX_TOKEN_BYTES) {
        return Err(JwtError::TooLong);
    }
    let parts = Parts::split(token)?;
    let header = parts.header()?;
    let key = keys.key(&header.kid).ok_or(JwtError::UnknownKey)?;
    if header.alg != key.algorithm().name() {
        return Err(JwtError::BadAlgorithm);
    }
    let signature = parts.signature()?;
    if !key.accepts(parts.signed.as_bytes(), &signature) {
        return Err(JwtError::BadSignature);
    }
    parts.payload().map(Claims::new)
}

/// The claims of a token that **nobody has verified**: good for choosing the pool by `iss` before [`verify`], for
/// nothing else. `None` where the token is malformed or over [`HARD_MAX_TOKEN_BYTES`].
pub fn unverified_payload(token: &str) -> Option<Map<String, Value>> {
    (token.len() <= HARD_MAX_TOKEN_BYTES).then_some(())?;
    Parts::split(token).ok()?.payload().ok()
}

/// The key's name in a token that **nobody has verified**: good for deciding whether a key set is stale, for nothing
/// else. `None` where [`verify`] would refuse the header.
pub fn unverified_kid(token: &str) -> Option<String> {
    (token.len() <= HARD_MAX_TOKEN_BYTES).then_some(())?;
    Parts::split(token).ok()?.header().ok().map(|header| header.kid)
}

/// The algorithm that a token **nobody has verified** names: good for saying what is wrong with it, for nothing else.
/// Letters and digits only, at most 16. `None` where [`verify`] would refuse the header.
pub fn unverified_alg(token: &str) -> Option<String> {
    (token.len() <= HARD_MAX_TOKEN_BYTES).then_some(())?;
    let alg = Parts::split(token).ok()?.header().ok()?.alg;
    (alg.len() <= 16 && alg.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(alg)
}

struct Header {
    kid: String,
    alg: String,
}

struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn split(token: &'a str) -> Result<Self, JwtError> {
        const SHAPE: JwtError = JwtError::Malformed("three parts");
        let (signed, signature) = token.rsplit_once('.').ok_or(SHAPE)?;
        let (header, payload) = signed.split_once('.').ok_or(SHAPE)?;
        if payload.contains('.') { Err(SHAPE) } else { Ok(Self { signed, header, payload, signature }) }
    }

    /// `jku`, `x5u`, `jwk` and `x5c` are not looked at: whatever they hold, the key is the one we know by `kid`.
    fn header(&self) -> Result<Header, JwtError> {
        let bytes = base64url::decode(self.header).ok_or(JwtError::Malformed("header encoding"))?;
        let mut members = parse_object(&bytes).ok_or(JwtError::Malformed("header"))?;
        if members.contains_key("crit") {
            return Err(JwtError::CriticalHeader);
        }
        if members.get("typ").is_some_and(|typ| !typ.as_str().is_some_and(is_token_type)) {
            return Err(JwtError::Malformed("typ"));
        }
        let Some(Value::String(alg)) = members.remove("alg") else { return Err(JwtError::Malformed("alg")) };
        match members.remove("kid") {
            Some(Value::String(kid)) if kid.len() <= MAX_KID_BYTES => Ok(Header { kid, alg }),
            Some(Value::String(_)) => Err(JwtError::UnknownKey),
            _ => Err(JwtError::Malformed("kid")),
        }
    }

    fn payload(&self) -> Result<Map<String, Value>, JwtError> {
        let bytes = base64url::decode(self.payload).ok_or(JwtError::Malformed("payload encoding"))?;
        parse_object(&bytes).ok_or(JwtError::Malformed("payload"))
    }

    fn signature(&self) -> Result<Vec<u8>, JwtError> {
        if self.signature.len() > MAX_SIGNATURE_BYTES {
            return Err(JwtError::BadSignature);
        }
        base64url::decode(self.signature).ok_or(JwtError::Malformed("signature encoding"))
    }
}

/// Media types compare without case (RFC 7515 4.1.9).
fn is_token_type(typ: &str) -> bool {
    ["JWT", "at+jwt", "application/at+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
}
