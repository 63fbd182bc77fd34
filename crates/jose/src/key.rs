//! Keys: one kind that signs, one kind that verifies, and the set in which verifying keys are found by name.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, RsaParameters};
use aws_types::Secret;
use serde::Serialize;

use crate::base64url;
use crate::jwk::{Jwk, Jwks, MAX_KEYS, kid_of_rsa};

/// The longest key name that is looked up.
pub const MAX_KID_BYTES: usize = 128;
const MIN_RSA_BITS: usize = 2048;
const MAX_RSA_BITS: usize = 8192;
const MIN_RSA_EXPONENT: u64 = 65_537;

/// What can be wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no key.
    #[error("the key is malformed")]
    Malformed,
    /// The key is of a kind, size or use that is not accepted.
    #[error("the key is not acceptable: {0}")]
    Unacceptable(&'static str),
    /// A key set is over its bounds.
    #[error("the key set has too many keys")]
    TooManyKeys,
    /// The cryptographic library refused.
    #[error("the key operation failed")]
    Crypto,
    /// The claims are no JSON object.
    #[error("the claims cannot be written as JSON")]
    Claims,
}

/// Signature algorithms that are verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// ECDSA on P-256 with SHA-256. Verified, never made here.
    Es256,
    /// Ed25519 (RFC 8037). Verified, never made here.
    EdDsa,
}

impl Algorithm {
    const ALL: [Self; 5] = [Self::Rs256, Self::Rs384, Self::Rs512, Self::Es256, Self::EdDsa];

    /// The name in `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// By its exact name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// How an RSA key signs; `None` for other kinds of keys.
    fn padding(self) -> Option<&'static dyn signature::RsaEncoding> {
        match self {
            Self::Rs256 => Some(&signature::RSA_PKCS1_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_SHA512),
            Self::Es256 | Self::EdDsa => None,
        }
    }

    fn rsa_parameters(self) -> Option<&'static RsaParameters> {
        match self {
            Self::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            Self::Es256 | Self::EdDsa => None,
        }
    }
}

/// An RSA key. It is parsed once and kept: parsing costs more than a signature.
pub struct SigningKey {
    pair: RsaKeyPair,
    padding: &'static dyn signature::RsaEncoding,
    kid: String,
    /// `base64url(header) + "."`: the same for every token of this key.
    encoded_header: String,
    public: Jwk,
}

impl SigningKey {
    /// Makes an RSA-2048 key for RS256. Takes a tenth of a second and more: do it ahead and off the request path.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where the library has no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        Self::from_pair(RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Crypto)?, Algorithm::Rs256)
    }

    /// Takes a key back from its sealed form, for RS256.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] where the bytes are no RSA private key of at least 2048 bits.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pair(RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?, Algorithm::Rs256)
    }

    /// The same key for another algorithm. A key signs by one alone: its public half says which.
    ///
    /// # Errors
    /// [`KeyError::Unacceptable`] where the algorithm is none of RSA's.
    pub fn with_algorithm(self, algorithm: Algorithm) -> Result<Self, KeyError> {
        Self::from_pair(self.pair, algorithm)
    }

    /// The private key as PKCS#8 DER, to be sealed before it is stored.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where the library cannot write it.
    pub fn to_pkcs8(&self) -> Result<Secret<Vec<u8>>, KeyError> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(|_| KeyError::Crypto)?;
        Ok(Secret::new(der.as_ref().to_vec()))
    }

    fn from_pair(pair: RsaKeyPair, algorithm: Algorithm) -> Result<Self, KeyError> {
        let padding = algorithm.padding().ok_or(KeyError::Unacceptable("algorithm"))?;
        let (n, e) = rsa_components(pair.public_key().as_ref()).ok_or(KeyError::Malformed)?;
        check_rsa(n, e)?;
        let (n, e) = (base64url::encode(n), base64url::encode(e));
        let kid = kid_of_rsa(&n, &e);
        // The kid is base64: nothing in it needs escaping. Order and members are Cognito's.
        let header = format!(r#"{{"kid":"{kid}","alg":"{}"}}"#, algorithm.name());
        let encoded_header = format!("{}.", base64url::encode(header.as_bytes()));
        let public = Jwk {
            alg: Some(algorithm.name().to_owned()),
            e: Some(e),
            kid: kid.clone(),
            kty: "RSA".to_owned(),
            n: Some(n),
            usage: Some("sig".to_owned()),
            ..Jwk::default()
        };
        Ok(Self { pair, padding, kid, encoded_header, public })
    }

    /// Name of the key: 44 characters of base64.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half, as it stands in `jwks.json`.
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// A compact token over the claims, members in the order in which they serialize. The header is exactly
    /// `{"kid":"…","alg":"RS256"}`, or with the key's other algorithm.
    ///
    /// # Errors
    /// [`KeyError::Claims`] where they do not serialize; [`KeyError::Crypto`] where the library fails.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign_bytes(&serde_json::to_vec(claims).map_err(|_| KeyError::Claims)?)
    }

    /// [`SigningKey::sign`] over claims that are JSON bytes already.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where the library fails.
    pub fn sign_bytes(&self, claims: &[u8]) -> Result<String, KeyError> {
        let mut token = format!("{}{}", self.encoded_header, base64url::encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(self.padding, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Crypto)?;
        token.push('.');
        token.push_str(&base64url::encode(&signature));
        Ok(token)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

/// A public key, checked and parsed once. It alone says which algorithm its tokens use.
pub struct VerifyingKey {
    kid: String,
    algorithm: Algorithm,
    material: ParsedPublicKey,
}

impl VerifyingKey {
    /// Takes a public key in, with a `kid`, for signatures: RSA of 2048 to 8192 bits, exponent odd and at least 65537
    /// (an absent `alg` means RS256); a point on P-256, for ES256; Ed25519, for EdDSA.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] or [`KeyError::Unacceptable`] with the reason.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.kid.is_empty() || jwk.kid.len() > MAX_KID_BYTES {
            return Err(KeyError::Unacceptable("kid is missing or too long"));
        }
        if jwk.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(KeyError::Unacceptable("the key is not for signatures"));
        }
        let named = jwk.alg.as_deref().map(|alg| Algorithm::parse(alg).ok_or(KeyError::Unacceptable("algorithm")));
        let named = named.transpose()?;
        let (algorithm, material) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => rsa(jwk, named.unwrap_or(Algorithm::Rs256))?,
            ("EC", Some("P-256")) => (Algorithm::Es256, p256(jwk)?),
            ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, ed25519(jwk)?),
            _ => return Err(KeyError::Unacceptable("kind of key")),
        };
        if named.is_some_and(|named| named != algorithm) {
            return Err(KeyError::Unacceptable("algorithm"));
        }
        Ok(Self { kid: jwk.kid.clone(), algorithm, material })
    }

    /// The public half of a signing key.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_jwk`].
    pub fn from_signing_key(key: &SigningKey) -> Result<Self, KeyError> {
        Self::from_jwk(key.public())
    }

    /// Name of the key.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm of this key.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether the signature is this key's over the message.
    pub(crate) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        self.material.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}, {})", self.kid, self.algorithm.name())
    }
}

/// Where a verification finds its key.
pub trait KeySource {
    /// The key of that name, if it is trusted. Must be a look-up in memory: the name comes from outside.
    fn key(&self, kid: &str) -> Option<Arc<VerifyingKey>>;
}

/// Keys by name.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: BTreeMap<String, Arc<VerifyingKey>>,
}

impl KeySet {
    /// Without keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// The usable keys of a set. Keys of other kinds, sizes or uses are left out, as a set may hold what other
    /// verifiers need.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`] over [`MAX_KEYS`]; [`KeyError::Malformed`] where two usable keys bear one name.
    pub fn from_jwks(jwks: &Jwks) -> Result<Self, KeyError> {
        if jwks.keys.len() > MAX_KEYS {
            return Err(KeyError::TooManyKeys);
        }
        let mut set = Self::new();
        for key in jwks.keys.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()) {
            if set.keys.insert(key.kid.clone(), Arc::new(key)).is_some() {
                return Err(KeyError::Malformed);
            }
        }
        Ok(set)
    }

    /// Adds a key; one of the same name is replaced.
    ///
    /// # Errors
    /// [`KeyError::TooManyKeys`] at [`MAX_KEYS`].
    pub fn insert(&mut self, key: Arc<VerifyingKey>) -> Result<(), KeyError> {
        if self.keys.len() >= MAX_KEYS && !self.keys.contains_key(key.kid()) {
            return Err(KeyError::TooManyKeys);
        }
        self.keys.insert(key.kid.clone(), key);
        Ok(())
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl KeySource for KeySet {
    fn key(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        (kid.len() <= MAX_KID_BYTES).then(|| self.keys.get(kid).cloned()).flatten()
    }
}

fn coordinate(text: Option<&str>, bytes: usize) -> Result<Vec<u8>, KeyError> {
    text.and_then(base64url::decode).filter(|decoded| decoded.len() == bytes).ok_or(KeyError::Malformed)
}

fn rsa(jwk: &Jwk, algorithm: Algorithm) -> Result<(Algorithm, ParsedPublicKey), KeyError> {
    let parameters = algorithm.rsa_parameters().ok_or(KeyError::Unacceptable("algorithm"))?;
    let n = jwk.n.as_deref().and_then(base64url::decode).ok_or(KeyError::Malformed)?;
    let e = jwk.e.as_deref().and_then(base64url::decode).ok_or(KeyError::Malformed)?;
    let (n, e) = (without_leading_zeros(&n), without_leading_zeros(&e));
    check_rsa(n, e)?;
    let parsed = PublicKeyComponents { n, e }.to_parsed_public_key(parameters).map_err(|_| KeyError::Malformed)?;
    Ok((algorithm, parsed))
}

/// RFC 7518, 6.2.1: both coordinates in full length. A point that is not on the curve is no key.
fn p256(jwk: &Jwk) -> Result<ParsedPublicKey, KeyError> {
    let (x, y) = (coordinate(jwk.x.as_deref(), 32)?, coordinate(jwk.y.as_deref(), 32)?);
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).map_err(|_| KeyError::Malformed)
}

/// RFC 8037, 2.
fn ed25519(jwk: &Jwk) -> Result<ParsedPublicKey, KeyError> {
    let x = coordinate(jwk.x.as_deref(), 32)?;
    ParsedPublicKey::new(&signature::ED25519, x).map_err(|_| KeyError::Malformed)
}

fn check_rsa(n: &[u8], e: &[u8]) -> Result<(), KeyError> {
    let top_bits = n.first().map_or(0, |byte| 8 - byte.leading_zeros() as usize);
    let bits = n.len().saturating_sub(1).saturating_mul(8) + top_bits;
    if !(MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) {
        return Err(KeyError::Unacceptable("RSA modulus size"));
    }
    if e.len() > 4 {
        return Err(KeyError::Unacceptable("RSA exponent size"));
    }
    let exponent = e.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    if exponent < MIN_RSA_EXPONENT || exponent.is_multiple_of(2) {
        return Err(KeyError::Unacceptable("RSA exponent"));
    }
    Ok(())
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Modulus and exponent out of an RFC 8017 `RSAPublicKey`: SEQUENCE { INTEGER n, INTEGER e }.
fn rsa_components(der: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let (fields, rest) = der_element(der, SEQUENCE)?;
    let (n, fields) = der_element(fields, INTEGER)?;
    let (e, end) = der_element(fields, INTEGER)?;
    (rest.is_empty() && end.is_empty()).then(|| (without_leading_zeros(n), without_leading_zeros(e)))
}

/// The content of the first element and what follows it.
fn der_element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (len, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        0x81 => rest.split_first().map(|(len, rest)| (usize::from(*len), rest))?,
        0x82 => rest.split_first_chunk().map(|(len, rest)| (usize::from(u16::from_be_bytes(*len)), rest))?,
        _ => return None,
    };
    (*found == tag).then_some(())?;
    rest.split_at_checked(len)
}
