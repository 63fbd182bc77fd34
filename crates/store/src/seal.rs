//! Sealing: values that must not lie open in the data file (signing keys, client secrets, TOTP seeds), and page tokens.
//!
//! AES-256-GCM under a key derived from the master key; a sealed value is `key id (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`
//! and opens only under the context it was sealed for ("what and whose it is"), so that one value cannot be moved into
//! another's place. Nonces come from the system's generator and no other: a seeded one would repeat them under one key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{self, HKDF_SHA256, Prk, Salt};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::MasterKey;

/// The only key generation there is today; a rotation adds the next.
const KEY_ID: u8 = 1;
const TAG_LEN: usize = 16;
/// Longest page token that is looked at, in characters.
const MAX_PAGE_TOKEN: usize = 16 * 1024;

/// Why a sealed value does not open. It says no more, lest it help who forges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Sealed by a key generation that is not known here.
    #[error("the value was sealed with another key")]
    UnknownKey,
    /// Broken, forged, or sealed for another context or with another master key.
    #[error("the sealed value does not open")]
    Refused,
}

/// Seals and opens under keys that derive from one [`MasterKey`].
pub struct Sealer {
    root: Prk,
    values: LessSafeKey,
    pages: LessSafeKey,
}

impl Sealer {
    /// The keys of a master key.
    pub fn new(master: &MasterKey) -> Self {
        let root = Salt::new(HKDF_SHA256, b"portcullis").extract(master.bytes());
        let values = gcm(&root, "seal: values");
        let pages = gcm(&root, "seal: page tokens");
        Self { root, values, pages }
    }

    /// Seals `plain` for `context`.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        seal(&self.values, context, plain)
    }

    /// Opens what was sealed for the same context.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        open(&self.values, context, sealed)
    }

    /// [`Sealer::seal`] as base64url text, for JSON documents.
    pub fn seal_text(&self, context: &str, plain: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(context, plain))
    }

    /// Opens the text of [`Sealer::seal_text`].
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open_text(&self, context: &str, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError::Refused)?;
        self.open(context, &sealed)
    }

    /// A key for one purpose (an HMAC's, say), always the same under one master key.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        expand(&self.root, "derive", purpose)
    }

    /// A token from which [`Sealer::read_page_token`] continues `query` after `last_key`. `query` names the whole
    /// question: operation, pool, filter. Neither can be read from the token.
    pub fn page_token(&self, query: &str, last_key: &str) -> String {
        URL_SAFE_NO_PAD.encode(seal(&self.pages, query, last_key.as_bytes()))
    }

    /// The key that a token of exactly this query continues after; `None` for any other token, forged or foreign.
    pub fn read_page_token(&self, query: &str, token: &str) -> Option<String> {
        if token.len() > MAX_PAGE_TOKEN {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let plain = open(&self.pages, query, &sealed).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

#[expect(clippy::expect_used, reason = "32 bytes are always a key of AES-256")]
fn gcm(root: &Prk, purpose: &str) -> LessSafeKey {
    let key = Zeroizing::new(expand(root, "gcm", purpose));
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("a key of 32 bytes"))
}

#[expect(clippy::expect_used, reason = "HKDF can always give 32 bytes")]
fn expand(root: &Prk, domain: &str, purpose: &str) -> [u8; 32] {
    struct Length;
    impl hkdf::KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = [0; 32];
    let info = [domain.as_bytes(), b":", purpose.as_bytes()];
    root.expand(&info, Length).and_then(|okm| okm.fill(&mut key)).expect("32 bytes of HKDF");
    key
}

/// Without randomness no value is sealed and the request ends: going on would mean a repeated nonce or an open secret.
#[expect(clippy::expect_used, reason = "fails only where the system has no randomness or a value passes 64 GiB")]
fn seal(key: &LessSafeKey, context: &str, plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    rand::fill(&mut nonce).expect("the system's randomness");
    let mut body = Vec::with_capacity(1 + NONCE_LEN + plain.len() + TAG_LEN);
    body.extend_from_slice(plain);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad(context), &mut body)
        .expect("a value within GCM's bound");
    let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
    sealed.push(KEY_ID);
    sealed.extend_from_slice(&nonce);
    sealed.append(&mut body);
    sealed
}

fn open(key: &LessSafeKey, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (id, rest) = sealed.split_first().ok_or(SealError::Refused)?;
    if *id != KEY_ID {
        return Err(SealError::UnknownKey);
    }
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Refused)?;
    let mut plain = Zeroizing::new(body.to_vec());
    let length = key
        .open_in_place(Nonce::assume_unique_for_key(*nonce), aad(context), &mut plain)
        .map_err(|_| SealError::Refused)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

fn aad(context: &str) -> Aad<Vec<u8>> {
    let mut bytes = vec![KEY_ID];
    bytes.extend_from_slice(context.as_bytes());
    Aad::from(bytes)
}
