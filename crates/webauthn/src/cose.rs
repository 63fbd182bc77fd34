//! Public keys of credentials (RFC 9053) and the signatures they verify: ES256 and RS256, what Cognito's options offer.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::cbor::{self, Item};
use crate::{Refusal, Result};

const KTY: i64 = 1;
const ALG: i64 = 3;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
/// Bytes of a coordinate of P-256.
const COORDINATE: usize = 32;
/// RSA keys of 2048 to 4096 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=512;

/// How a credential signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl Algorithm {
    /// In the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// COSE's number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }
}

/// A credential's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// An uncompressed point of P-256.
    Es256([u8; 65]),
    /// Modulus and exponent, big-endian.
    Rs256 {
        /// Without leading zeros.
        modulus: Vec<u8>,
        /// 65537 as a rule.
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    /// A key from its COSE form, with nothing behind it.
    ///
    /// # Errors
    /// [`Refusal::Malformed`]; [`Refusal::Unsupported`] for another algorithm.
    pub fn from_cose(bytes: &[u8]) -> Result<Self> {
        match cbor::read(bytes) {
            Some((key, [])) => Self::from_item(&key),
            _ => Err(Refusal::Malformed("public key")),
        }
    }

    pub(crate) fn from_item(key: &Item<'_>) -> Result<Self> {
        let number = |label| key.numbered(label).and_then(Item::number);
        let bytes = |label| key.numbered(label).and_then(Item::bytes).ok_or(Refusal::Malformed("public key"));
        match (number(KTY), number(ALG)) {
            (Some(EC2), Some(alg)) if alg == Algorithm::Es256.number() => {
                if number(-1) != Some(P_256) {
                    return Err(Refusal::Unsupported("curve"));
                }
                point(bytes(-2)?, bytes(-3)?)
            }
            (Some(RSA), Some(alg)) if alg == Algorithm::Rs256.number() => rsa(bytes(-1)?, bytes(-2)?),
            (Some(_), Some(_)) => Err(Refusal::Unsupported("algorithm")),
            _ => Err(Refusal::Malformed("public key")),
        }
    }

    /// How it signs.
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Es256(_) => Algorithm::Es256,
            Self::Rs256 { .. } => Algorithm::Rs256,
        }
    }

    /// Whether the signature is this key's over the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
            }
            Self::Rs256 { modulus, exponent } => PublicKeyComponents { n: modulus, e: exponent }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
        }
    }
}

fn point(x: &[u8], y: &[u8]) -> Result<PublicKey> {
    if x.len() != COORDINATE || y.len() != COORDINATE {
        return Err(Refusal::Malformed("coordinate"));
    }
    let mut point = [4; 65];
    point.iter_mut().skip(1).zip(x.iter().chain(y)).for_each(|(to, from)| *to = *from);
    // Whether it lies on the curve is seen where it is parsed.
    match aws_lc_rs::signature::ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point) {
        Ok(_) => Ok(PublicKey::Es256(point)),
        Err(_) => Err(Refusal::Malformed("point")),
    }
}

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<PublicKey> {
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let tight = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
    if !MODULUS.contains(&modulus.len()) || !(3..=4).contains(&exponent.len()) {
        return Err(Refusal::Unsupported("RSA key size"));
    }
    if !(tight(modulus) && odd(modulus) && tight(exponent) && odd(exponent)) {
        return Err(Refusal::Malformed("RSA key"));
    }
    Ok(PublicKey::Rs256 { modulus: modulus.to_vec(), exponent: exponent.to_vec() })
}
