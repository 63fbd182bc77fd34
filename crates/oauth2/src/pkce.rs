//! Proof Key for Code Exchange (RFC 7636). User pools know S256 only.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The challenge of an authorization request, method S256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads `code_challenge` and `code_challenge_method`. `Ok(None)` where both are absent.
    ///
    /// # Errors
    /// `invalid_request` for one without the other, another method than S256 (`plain` too), and a challenge that is no
    /// base64url of 32 bytes.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, Error> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Error::invalid_request("code_challenge_method without code_challenge")),
            (Some(_), None) => Err(Error::invalid_request("code_challenge without code_challenge_method")),
            (Some(text), Some("S256")) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok();
                bytes
                    .filter(|bytes| bytes.len() == 32)
                    .map(|_| Some(Self(text.to_owned())))
                    .ok_or_else(|| Error::invalid_request("malformed code_challenge"))
            }
            (Some(_), Some(_)) => Err(Error::invalid_request("code_challenge_method is not S256")),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the verifier is this challenge's, in constant time.
    pub fn accepts(&self, verifier: &CodeVerifier) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), verifier.challenge().0.as_bytes()).is_ok()
    }
}

/// The verifier of a token request.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// Takes 43 to 128 letters of RFC 3986's unreserved set.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        let well_formed = (43..=128).contains(&text.len()) && text.bytes().all(allowed);
        well_formed.then(|| Self(text.to_owned()))
    }

    /// Its S256 challenge.
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes())))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Decides over a code: with a challenge it needs the verifier, without one it must come without (a verifier that comes
/// alone tells that somebody stripped the challenge from the authorization request).
///
/// # Errors
/// `invalid_grant`.
pub fn check_pkce(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> Result<(), Error> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Error::invalid_grant("code_verifier for a code without challenge")),
        (Some(_), None) => Err(Error::invalid_grant("code_verifier is missing")),
        (Some(challenge), Some(text)) => {
            let verifier = CodeVerifier::parse(text).ok_or_else(|| Error::invalid_grant("malformed code_verifier"))?;
            if challenge.accepts(&verifier) { Ok(()) } else { Err(Error::invalid_grant("wrong code_verifier")) }
        }
    }
}
