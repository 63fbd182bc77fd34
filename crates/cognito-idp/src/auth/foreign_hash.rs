//! Password hashes that other systems made (PasswordHashingAlgorithmType): read at import, where what would cost too
//! much is refused, and checked as they are until their owner signs in.
//!
//! - BCRYPT: `$2a$`, `$2b$`, `$2y$`, 60 characters. It looks at no more than 72 bytes and stops at a NUL: a longer
//!   password, or one with a NUL, is not the right one, whatever its beginning.
//! - SCRYPT: `$scrypt$ln=15,r=8,p=1$salt$hash` (PHC).
//! - ARGON2ID: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` (PHC).
//! - PBKDF2_SHA256: `$pbkdf2-sha256$i=600000,l=32$salt$hash` (PHC), `$pbkdf2-sha256$29000$salt$hash` (passlib), and
//!   `pbkdf2_sha256$600000$salt$hash` (Django).

use std::num::NonZeroU32;

use argon2::password_hash::PasswordHash;
use argon2::{Argon2, Params, PasswordVerifier as _};
use aws_lc_rs::{constant_time, pbkdf2};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, STANDARD_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine};
use zeroize::Zeroizing;

use crate::entity::user_import_job::Algorithm;

/// bcrypt's own alphabet.
const BCRYPT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=15;
const BCRYPT_BYTES: usize = 72;
const MAX_TEXT: usize = 512;
const MAX_ARGON2_KIB: u32 = 64 * 1024;
const MAX_ARGON2_PASSES: u32 = 10;
const MAX_LANES: u32 = 8;
/// Memory of one scrypt, bytes.
const MAX_SCRYPT_BYTES: u64 = 128 << 20;
const MAX_SCRYPT_LANES: u32 = 4;
const PBKDF2_ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=2_000_000;
const HASH_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
const SALT_BYTES: std::ops::RangeInclusive<usize> = 8..=64;

/// Why a hash is not taken. It says nothing of the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// Not of the algorithm's form.
    #[error("The password hash is not of the job's PasswordHashingAlgorithm.")]
    Malformed,
    /// Checking it would take more memory or time than is given.
    #[error("The password hash costs more than is allowed.")]
    TooDear,
}

/// A hash that was read.
enum Hash<'a> {
    Bcrypt { cost: u32, salt: [u8; 16], hash: Vec<u8> },
    Scrypt { params: scrypt::Params, salt: Vec<u8>, hash: Vec<u8> },
    Argon2id(PasswordHash<'a>),
    Pbkdf2 { rounds: NonZeroU32, salt: Vec<u8>, hash: Vec<u8> },
}

/// The text to keep, if it is a hash of that algorithm and cheap enough.
///
/// # Errors
/// [`HashError`].
pub fn check(algorithm: Algorithm, text: &str) -> Result<String, HashError> {
    let read = read(text)?;
    let fits = matches!(
        (algorithm, &read),
        (Algorithm::Bcrypt, Hash::Bcrypt { .. })
            | (Algorithm::Scrypt, Hash::Scrypt { .. })
            | (Algorithm::Argon2id, Hash::Argon2id(_))
            | (Algorithm::Pbkdf2Sha256, Hash::Pbkdf2 { .. })
    );
    if fits { Ok(text.to_owned()) } else { Err(HashError::Malformed) }
}

/// Whether a stored hash is another system's: all that Argon2id did not make here.
pub fn is_foreign(text: &str) -> bool {
    !text.starts_with("$argon2id$")
}

/// Whether the password is the one behind the hash.
///
/// # Errors
/// [`HashError`] where the hash cannot be read any more.
pub fn verify(text: &str, password: &[u8]) -> Result<bool, HashError> {
    // HMAC, within scrypt and PBKDF2, cannot tell a key from the same with NULs at its end.
    if password.last() == Some(&0) {
        return Ok(false);
    }
    let (right, made) = match read(text)? {
        Hash::Bcrypt { cost, salt, hash } => {
            if password.len() > BCRYPT_BYTES || password.contains(&0) {
                return Ok(false);
            }
            let mut cut = Zeroizing::new(password.to_vec());
            // The terminating NUL is part of what is hashed, where there is room.
            cut.push(0);
            cut.truncate(BCRYPT_BYTES);
            let made = bcrypt::bcrypt(cost, salt, &cut);
            (hash, made.get(..23).unwrap_or_default().to_vec())
        }
        Hash::Scrypt { params, salt, hash } => {
            let mut made = vec![0; hash.len()];
            scrypt::scrypt(password, &salt, &params, &mut made).map_err(|_| HashError::Malformed)?;
            (hash, made)
        }
        Hash::Argon2id(hash) => return Ok(Argon2::default().verify_password(password, &hash).is_ok()),
        Hash::Pbkdf2 { rounds, salt, hash } => {
            return Ok(pbkdf2::verify(pbkdf2::PBKDF2_HMAC_SHA256, rounds, &salt, password, &hash).is_ok());
        }
    };
    Ok(constant_time::verify_slices_are_equal(&right, &made).is_ok())
}

fn read(text: &str) -> Result<Hash<'_>, HashError> {
    if text.len() > MAX_TEXT || !text.is_ascii() {
        return Err(HashError::Malformed);
    }
    let parts: Vec<&str> = text.split('$').collect();
    match parts.as_slice() {
        ["", "2a" | "2b" | "2y", cost, body] => read_bcrypt(cost, body),
        ["", "scrypt", settings, salt, hash] => read_scrypt(settings, salt, hash),
        ["", "argon2id", ..] => read_argon2id(text),
        ["", "pbkdf2-sha256", settings, salt, hash] => {
            let rounds = setting(settings, "i").or_else(|| settings.parse().ok());
            // passlib writes a full stop for a plus.
            let bytes = |text: &str| unpadded(&text.replace('.', "+"));
            pbkdf2_of(rounds, bytes(salt), bytes(hash))
        }
        ["pbkdf2_sha256", rounds, salt, hash] => {
            pbkdf2_of(rounds.parse().ok(), Some(salt.as_bytes().to_vec()), STANDARD.decode(hash).ok())
        }
        _ => Err(HashError::Malformed),
    }
}

fn read_bcrypt(cost: &str, body: &str) -> Result<Hash<'static>, HashError> {
    let cost = Some(cost).filter(|cost| cost.len() == 2).and_then(|cost| cost.parse().ok());
    let (salt, hash) = body.split_at_checked(22).filter(|(_, hash)| hash.len() == 31).ok_or(HashError::Malformed)?;
    let cost: u32 = cost.ok_or(HashError::Malformed)?;
    let salt = BCRYPT_BASE64.decode(salt).ok().and_then(|salt| salt.try_into().ok()).ok_or(HashError::Malformed)?;
    let hash = BCRYPT_BASE64.decode(hash).map_err(|_| HashError::Malformed)?;
    if BCRYPT_COSTS.contains(&cost) { Ok(Hash::Bcrypt { cost, salt, hash }) } else { Err(HashError::TooDear) }
}

fn read_scrypt(settings: &str, salt: &str, hash: &str) -> Result<Hash<'static>, HashError> {
    let read = |name| setting(settings, name).ok_or(HashError::Malformed);
    let (log_n, r, p) = (read("ln")?, read("r")?, read("p")?);
    let bytes =
        1_u64.checked_shl(log_n).filter(|_| log_n < 32).and_then(|n| n.checked_mul(128)?.checked_mul(u64::from(r)));
    if bytes.is_none_or(|bytes| bytes > MAX_SCRYPT_BYTES) || p > MAX_SCRYPT_LANES {
        return Err(HashError::TooDear);
    }
    let (salt, hash) = lengths(unpadded(salt), unpadded(hash))?;
    let log_n = u8::try_from(log_n).map_err(|_| HashError::TooDear)?;
    let params = scrypt::Params::new(log_n, r, p, hash.len()).map_err(|_| HashError::Malformed)?;
    Ok(Hash::Scrypt { params, salt, hash })
}

fn read_argon2id(text: &str) -> Result<Hash<'_>, HashError> {
    let hash = PasswordHash::new(text).map_err(|_| HashError::Malformed)?;
    let params = Params::try_from(&hash).map_err(|_| HashError::Malformed)?;
    if hash.hash.is_none() || hash.salt.is_none() {
        return Err(HashError::Malformed);
    }
    if params.m_cost() > MAX_ARGON2_KIB || params.t_cost() > MAX_ARGON2_PASSES || params.p_cost() > MAX_LANES {
        return Err(HashError::TooDear);
    }
    Ok(Hash::Argon2id(hash))
}

fn pbkdf2_of(rounds: Option<u32>, salt: Option<Vec<u8>>, hash: Option<Vec<u8>>) -> Result<Hash<'static>, HashError> {
    let rounds = rounds.ok_or(HashError::Malformed)?;
    let (salt, hash) = lengths(salt, hash)?;
    if !PBKDF2_ROUNDS.contains(&rounds) {
        return Err(HashError::TooDear);
    }
    Ok(Hash::Pbkdf2 { rounds: NonZeroU32::new(rounds).ok_or(HashError::Malformed)?, salt, hash })
}

fn lengths(salt: Option<Vec<u8>>, hash: Option<Vec<u8>>) -> Result<(Vec<u8>, Vec<u8>), HashError> {
    let salt = salt.filter(|salt| SALT_BYTES.contains(&salt.len())).ok_or(HashError::Malformed)?;
    let hash = hash.filter(|hash| HASH_BYTES.contains(&hash.len())).ok_or(HashError::Malformed)?;
    Ok((salt, hash))
}

/// `15` of `ln=15,r=8,p=1` for `ln`.
fn setting(settings: &str, name: &str) -> Option<u32> {
    settings.split(',').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?.parse().ok()
}

fn unpadded(text: &str) -> Option<Vec<u8>> {
    Engine::decode(&STANDARD_NO_PAD, text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests;
