//! What the pages hand to a browser and want back unchanged: CSRF tokens, and the sealed state of a flow.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use world::Rng;

const NONCE: usize = 16;
/// The longest sealed text that is looked at: more does not fit into a cookie.
const MAX_SEALED: usize = 4096;

/// Keys of the pages, all from one secret.
pub struct PageKeys {
    csrf: hmac::Key,
    flows: RandomizedNonceKey,
}

impl PageKeys {
    #[expect(clippy::expect_used, reason = "32 bytes of HMAC-SHA256 are always a key of AES-256")]
    pub fn new(key: &[u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let derive = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        Self {
            csrf: hmac::Key::new(hmac::HMAC_SHA256, derive("csrf").as_ref()),
            flows: RandomizedNonceKey::new(&AES_256_GCM, derive("flows").as_ref()).expect("a key of 32 bytes"),
        }
    }

    /// A new CSRF token for a browser at `host`: `nonce ‖ HMAC(host, nonce)`. The cookie that carries it binds it to
    /// the browser; the MAC keeps out tokens that this server never gave for this host.
    pub fn csrf_token(&self, rng: &dyn Rng, host: &str) -> String {
        let nonce = world::rng::bytes::<NONCE>(rng);
        let tag = hmac::sign(&self.csrf, &csrf_message(host, &nonce));
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), tag.as_ref()].concat())
    }

    /// Whether [`PageKeys::csrf_token`] made it for this host.
    pub fn is_csrf_token(&self, host: &str, token: &str) -> bool {
        if token.len() > 128 {
            return false;
        }
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        bytes
            .split_first_chunk::<NONCE>()
            .is_some_and(|(nonce, tag)| hmac::verify(&self.csrf, &csrf_message(host, nonce), tag).is_ok())
    }

    /// Seals the state of a flow for one purpose; it opens for the same `context` only.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Option<String> {
        let mut body = plain.to_vec();
        let nonce = self.flows.seal_in_place_append_tag(Aad::from(context.as_bytes()), &mut body).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &body].concat()))
    }

    /// Opens what [`PageKeys::seal`] sealed; `None` for everything else.
    pub fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        if sealed.len() > MAX_SEALED {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain = self.flows.open_in_place(nonce, Aad::from(context.as_bytes()), &mut body).ok()?;
        Some(plain.to_vec())
    }
}

fn csrf_message(host: &str, nonce: &[u8]) -> Vec<u8> {
    [nonce, host.as_bytes()].concat()
}
