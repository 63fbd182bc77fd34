//! SRP-6a as Cognito's clients do it (RFC 5054 in spirit, with their own group, hashes and key derivation): the 3072-bit
//! group of RFC 3526, g = 2, SHA-256, numbers hashed as the bytes of a positive big-endian two's complement.
//!
//! What comes in: numbers, names, secrets. What goes out: verifiers and signatures. What it must not know: user pools, their
//! challenges, where anything is kept. Modular powers are constant-time in their exponents. Checked against a second implementation by the vector in the tests.

#[cfg(any(test, feature = "client"))]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a helper of tests")]
pub mod client;
mod group;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::hmac;
use crypto_bigint::modular::ConstMontyParams;
use crypto_bigint::{U256, U3072};
use group::{Element, Modulus, generator_power};

/// Bytes of a number of the group.
pub const NUMBER_BYTES: usize = 384;
/// The digits of a number, with room for zeros before them.
const MAX_PUBLIC_CHARS: usize = NUMBER_BYTES * 2 + 16;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;
const KEY_BYTES: usize = 16;
const KEY_INFO: &[u8] = b"Caldera Derived Key\x01";

/// A number of the group, big-endian.
pub type Number = [u8; NUMBER_BYTES];

/// What is kept of a password: a salt and g^x.
#[derive(Clone)]
pub struct Verifier {
    /// As drawn.
    pub salt: [u8; SALT_BYTES],
    /// g^x.
    pub number: Number,
}

/// Who proves what to whom.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// What follows `_` in the pool's id.
    pub pool: &'a str,
    /// USER_ID_FOR_SRP.
    pub user: &'a str,
}

/// What is kept of this password.
pub fn verifier(names: Names<'_>, password: &str, salt: [u8; SALT_BYTES]) -> Verifier {
    let inner = sha256(&[names.pool.as_bytes(), names.user.as_bytes(), b":", password.as_bytes()]);
    let x = U256::from_be_slice(&sha256(&[&positive(&salt), &inner]));
    Verifier { salt, number: bytes(&generator_power(&x)) }
}

/// The server's public number for a secret `b`: kv + g^b.
pub fn public_number(verifier: &Number, b: &[u8; 32]) -> Number {
    let v = Element::new(&U3072::from_be_slice(verifier));
    bytes(&(multiplier() * v + generator_power(&U256::from_be_slice(b))))
}

/// The key that both sides share, or `None` where the client's number makes it predictable.
pub fn shared_key(verifier: &Number, a_public: &Number, b: &[u8; 32], b_public: &Number) -> Option<[u8; KEY_BYTES]> {
    let u = sha256(&[&positive(a_public), &positive(b_public)]);
    if u.iter().all(|byte| *byte == 0) {
        return None;
    }
    let (a_public, v) = (U3072::from_be_slice(a_public), Element::new(&U3072::from_be_slice(verifier)));
    let base = Element::new(&a_public) * v.pow(&U256::from_be_slice(&u));
    let secret = bytes(&base.pow(&U256::from_be_slice(b)));
    let extract = hmac::Key::new(hmac::HMAC_SHA256, &positive(&u));
    let pseudorandom = hmac::sign(&extract, &positive(&secret));
    let expand = hmac::Key::new(hmac::HMAC_SHA256, pseudorandom.as_ref());
    hmac::sign(&expand, KEY_INFO).as_ref().first_chunk().copied()
}

/// What the client signs with that key.
pub fn signature(key: &[u8; KEY_BYTES], names: Names<'_>, secret_block: &[u8], timestamp: &str) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in [names.pool.as_bytes(), names.user.as_bytes(), secret_block, timestamp.as_bytes()] {
        context.update(part);
    }
    context.sign()
}

/// A client's public number from its hexadecimal text: above 0 and below the prime, nothing else is one. Some clients
/// (.NET's) write a zero before a first digit that would read as a sign.
pub fn parse_public(text: &str) -> Option<Number> {
    if text.len() > MAX_PUBLIC_CHARS {
        return None;
    }
    let text = text.trim_start_matches('0');
    if text.is_empty() || text.len() > NUMBER_BYTES * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = bytes_of_hex(&format!("{text:0>width$}", width = NUMBER_BYTES * 2))?;
    let prime = to_bytes(Modulus::PARAMS.modulus().as_ref());
    (number.iter().any(|byte| *byte != 0) && number < prime).then_some(number)
}

/// Lower-case hexadecimal without leading zeros, as clients read it.
pub fn hex(number: &[u8]) -> String {
    let text: String = number.iter().map(|byte| format!("{byte:02x}")).collect();
    text.trim_start_matches('0').to_owned()
}

/// A number of the group from its bytes, leading zeros or not: above 0 and below the prime.
pub fn parse_bytes(bytes: &[u8]) -> Option<Number> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = bytes.get(zeros..)?;
    let (front, back) = (NUMBER_BYTES.checked_sub(digits.len())?, digits.iter());
    let mut number = [0; NUMBER_BYTES];
    number.iter_mut().skip(front).zip(back).for_each(|(to, from)| *to = *from);
    let prime = to_bytes(Modulus::PARAMS.modulus().as_ref());
    (!digits.is_empty() && number < prime).then_some(number)
}

fn bytes_of_hex(text: &str) -> Option<Number> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut number = [0; NUMBER_BYTES];
    for (byte, pair) in number.iter_mut().zip(text.as_bytes().as_chunks::<2>().0) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(number)
}

/// k = H(N, g).
fn multiplier() -> Element {
    let prime = to_bytes(Modulus::PARAMS.modulus().as_ref());
    let hash = U256::from_be_slice(&sha256(&[&positive(&prime), &[2]]));
    Element::new(&hash.resize())
}

fn bytes(element: &Element) -> Number {
    to_bytes(&element.retrieve())
}

fn to_bytes(number: &U3072) -> Number {
    let mut out = [0; NUMBER_BYTES];
    out.iter_mut().zip(number.to_be_bytes().as_ref()).for_each(|(to, from)| *to = *from);
    out
}

/// Without leading zeros, and with one zero byte where the first bit would read as a sign.
fn positive(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = number.get(zeros..).unwrap_or_default();
    let sign = digits.first().is_none_or(|byte| *byte >= 0x80);
    std::iter::repeat_n(0, usize::from(sign)).chain(digits.iter().copied()).collect()
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    parts.iter().for_each(|part| context.update(part));
    let mut out = [0; 32];
    out.iter_mut().zip(context.finish().as_ref()).for_each(|(to, from)| *to = *from);
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::group::generator;
    use super::*;

    const NAMES: Names<'_> = Names { pool: "AbCdEfGhI", user: "alice" };
    const SALT: [u8; 16] =
        [0xe1, 0xd2, 0xc3, 0xb4, 0xa5, 0x96, 0x87, 0x78, 0x69, 0x5a, 0x4b, 0x3c, 0x2d, 0x1e, 0x0f, 0x10];
    const A: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const B: [u8; 8] = [0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10];

    fn four_times(bytes: [u8; 8]) -> [u8; 32] {
        bytes.repeat(4).try_into().unwrap()
    }

    #[test]
    fn the_vector_of_amazon_cognito_identity_js() {
        let verifier = verifier(NAMES, "P@ssw0rd-1", SALT);
        let v = hex(&verifier.number);
        assert!(v.starts_with("41b93a80") && v.ends_with("328e72ca8ef00e5d"), "{v}");
        let a = bytes(&generator().pow(&U256::from_be_slice(&four_times(A))));
        assert!(hex(&a).starts_with("de1a4741d4a498bf") && hex(&a).ends_with("7f3a5df89cf79ee8"));
        assert_eq!(parse_public(&hex(&a)), Some(a));
        let b = four_times(B);
        let b_public = public_number(&verifier.number, &b);
        assert!(hex(&b_public).starts_with("62112b6af8b4fdbd") && hex(&b_public).ends_with("a5f6cec66fb64bca"));
        let key = shared_key(&verifier.number, &a, &b, &b_public).unwrap();
        assert_eq!(hex(&key), "b6e4f8ccada3d12a7cb654e9b6e4f38e");
        let block = STANDARD.decode("b3BhcXVlLXNlY3JldC1ibG9jaw==").unwrap();
        let signature = signature(&key, NAMES, &block, "Sun Nov 1 07:05:09 UTC 2026");
        assert_eq!(STANDARD.encode(signature), "xquienjfwbK7pfpM2r2Jc8kWLHYBkQUFO8aJ3E66+rM=");
    }

    #[test]
    fn attack_77_only_numbers_of_the_group_are_public_numbers() {
        let prime = hex(&to_bytes(Modulus::PARAMS.modulus().as_ref()));
        let twice = format!("1{}", prime.replacen("ffff", "fffe", 1));
        let beyond = "f".repeat(768);
        for text in ["", "0", "00", &prime, &twice, &beyond, &"1".repeat(769), "-1", "xyz", "+2", " 2", "２"] {
            assert!(parse_public(text).is_none(), "{text}");
        }
        for text in ["2", "02", "abc", "ABC"] {
            assert!(parse_public(text).is_some(), "{text}");
        }
    }

    #[test]
    fn zeros_before_a_public_number_change_nothing() {
        let number = format!("e{}", "f".repeat(767));
        let known = parse_public(&number);
        assert!(known.is_some());
        for zeros in [1, 2, 3, 10] {
            assert_eq!(parse_public(&format!("{}{number}", "0".repeat(zeros))), known, "{zeros}");
        }
        assert!(parse_public(&format!("{}2", "0".repeat(4000))).is_none(), "unbounded");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Salts, A, B, u and S alike, whatever their leading zeros and their first bit.
        #[test]
        fn numbers_are_hashed_as_clients_read_their_text(zeros in 0usize..4, rest in vec(any::<u8>(), 0..40)) {
            let number = [vec![0; zeros], rest].concat();
            prop_assert_eq!(positive(&number), client::pad_hex(&hex(&number)));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// A small secret number makes an A with leading zeros; 2^a has an odd number of digits as often as not.
        #[test]
        fn server_and_client_agree_for_any_user_password_and_salt(
            user in "\\PC{1,20}", password in "\\PC{1,30}",
            zeros in 0usize..3, salt in any::<[u8; 16]>(), a in 1u16..3072, b in any::<[u8; 32]>(),
        ) {
            let names = Names { pool: "AbCdEfGhI", user: &user };
            let mut salt = salt;
            salt.iter_mut().take(zeros).for_each(|byte| *byte = 0);
            let verifier = verifier(names, &password, salt);
            let secret: [u8; 32] = U256::from_u16(a).to_be_bytes().as_ref().try_into().unwrap();
            let a_text = client::public(&secret);
            let a_public = parse_public(&a_text).unwrap();
            let b_public = public_number(&verifier.number, &b);
            let ours = shared_key(&verifier.number, &a_public, &b, &b_public).unwrap();
            let challenge = (hex(&verifier.salt), hex(&b_public));
            let theirs = client::key(names, &password, (&challenge.0, &challenge.1), &secret);
            prop_assert_eq!(ours, theirs);
            let wrong = client::key(names, &format!("{password}x"), (&challenge.0, &challenge.1), &secret);
            prop_assert_ne!(ours, wrong);
        }
    }

    #[test]
    fn numbers_are_hashed_without_zeros_and_with_a_sign() {
        assert_eq!(positive(&[0, 0, 0x7f, 1]), [0x7f, 1]);
        assert_eq!(positive(&[0, 0x80]), [0, 0x80]);
        assert_eq!(positive(&[0]), [0]);
    }
}
