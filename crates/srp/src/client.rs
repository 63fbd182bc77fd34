//! The other side, for tests: what a client works out, by its own rules for texts.

use crypto_bigint::U512;

use crate::group::generator;
use crate::*;

/// A secret number.
pub const A: [u8; 32] = [0x5a; 32];

/// SRP_A of [`A`].
pub fn srp_a() -> String {
    public(&A)
}

/// SRP_A of any secret number.
pub fn public(a: &[u8; 32]) -> String {
    hex(&bytes(&generator().pow(&U256::from_be_slice(a))))
}

/// `padHex` of amazon-cognito-identity-js over a number's text: an even number of digits, the first below 8.
pub fn pad_hex(text: &str) -> Vec<u8> {
    let digits = text.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let padded = match digits.as_bytes() {
        odd if odd.len() % 2 == 1 => format!("0{digits}"),
        [b'8'..=b'9' | b'a'..=b'f', ..] => format!("00{digits}"),
        _ => digits.to_owned(),
    };
    let digit = |byte: u8| u8::try_from(char::from(byte).to_digit(16).unwrap()).unwrap();
    padded.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The shared key, from the texts of SALT and SRP_B.
pub fn key(names: Names<'_>, password: &str, (salt, srp_b): (&str, &str), a: &[u8; 32]) -> [u8; KEY_BYTES] {
    let inner = sha256(&[names.pool.as_bytes(), names.user.as_bytes(), b":", password.as_bytes()]);
    let x = U256::from_be_slice(&sha256(&[&pad_hex(salt), &inner]));
    let u = sha256(&[&pad_hex(&public(a)), &pad_hex(srp_b)]);
    let exponent: U512 = x.concatenating_mul(&U256::from_be_slice(&u));
    let exponent = exponent.wrapping_add(&U256::from_be_slice(a).resize());
    let b_public = Element::new(&U3072::from_be_slice(&parse_public(srp_b).unwrap()));
    let secret = bytes(&(b_public - multiplier() * generator().pow(&x)).pow(&exponent));
    let extract = hmac::Key::new(hmac::HMAC_SHA256, &pad_hex(&hex(&u)));
    let pseudorandom = hmac::sign(&extract, &pad_hex(&hex(&secret)));
    let key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, pseudorandom.as_ref()), KEY_INFO);
    key.as_ref().first_chunk().copied().unwrap()
}

/// PASSWORD_CLAIM_SIGNATURE, from SALT, SRP_B, SECRET_BLOCK and the secret number.
pub fn claim(
    names: Names<'_>,
    password: &str,
    (salt, srp_b, block, a): (&str, &str, &[u8], &[u8; 32]),
    timestamp: &str,
) -> hmac::Tag {
    signature(&key(names, password, (salt, srp_b), a), names, block, timestamp)
}
