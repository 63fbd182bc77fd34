//! The operator's key of an export: 32 bytes in a file, or a passphrase in a file, made to a key by Argon2id.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a file's salt.
pub const SALT_BYTES: usize = 32;
/// Shortest passphrase in characters.
const LEAST_CHARS: usize = 12;
/// Longest key file in bytes.
const MAX_BYTES: u64 = 1024;

/// Where the operator keeps the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// A file of 32 bytes, or of their 64 hexadecimal digits.
    Key(PathBuf),
    /// A file of one line.
    Passphrase(PathBuf),
}

/// What the operator gave.
pub enum Given {
    /// A key.
    Key(Zeroizing<[u8; KEY_BYTES]>),
    /// A passphrase.
    Passphrase(Zeroizing<Vec<u8>>),
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file's length.
    #[error("{0} holds neither 32 bytes nor 64 hexadecimal digits")]
    Length(PathBuf),
    /// A passphrase that can be guessed.
    #[error("the passphrase in {0} is shorter than {LEAST_CHARS} characters, or not one line of text")]
    Passphrase(PathBuf),
    /// The disk's answer.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
}

/// How a passphrase becomes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB.
    pub memory_kib: u32,
    /// Passes.
    pub iterations: u32,
}

impl Cost {
    /// 64 MiB, three passes (RFC 9106, second choice).
    pub const DEFAULT: Self = Self { memory_kib: 64 * 1024, iterations: 3 };

    /// Whether a file may ask for it: a forged one must not take the machine.
    pub const fn is_bearable(self) -> bool {
        self.memory_kib >= 8 && self.memory_kib <= 1024 * 1024 && self.iterations >= 1 && self.iterations <= 16
    }
}

impl Given {
    /// A key that is known.
    pub fn key(bytes: [u8; KEY_BYTES]) -> Self {
        Self::Key(Zeroizing::new(bytes))
    }

    /// Reads what the operator gave.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn read(source: &KeySource) -> Result<Self, KeyError> {
        match source {
            KeySource::Key(path) => {
                let bytes = contents(path)?;
                key_of(&bytes).map(Self::Key).ok_or_else(|| KeyError::Length(path.clone()))
            }
            KeySource::Passphrase(path) => {
                let bytes = contents(path)?;
                passphrase_of(&bytes).map(Self::Passphrase).ok_or_else(|| KeyError::Passphrase(path.clone()))
            }
        }
    }

    /// The key of one file: another for each salt. `None` where the cost is none that Argon2id takes.
    pub fn derive(&self, salt: &[u8; SALT_BYTES], cost: Cost) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
        let mut root = Zeroizing::new([0; KEY_BYTES]);
        match self {
            Self::Key(key) => *root = **key,
            Self::Passphrase(text) => {
                let params = Params::new(cost.memory_kib, cost.iterations, 1, Some(KEY_BYTES)).ok()?;
                let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
                argon2.hash_password_into(text, salt, root.as_mut_slice()).ok()?;
            }
        }
        let prk = Salt::new(HKDF_SHA256, salt).extract(root.as_slice());
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        prk.expand(&[b"portcullis users export"], Length).and_then(|okm| okm.fill(key.as_mut_slice())).ok()?;
        Some(key)
    }
}

struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        KEY_BYTES
    }
}

fn contents(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let failed = |error| KeyError::Io(path.to_owned(), error);
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path).map_err(failed)?.take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn key_of(bytes: &[u8]) -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    if let Ok(key) = <[u8; KEY_BYTES]>::try_from(bytes) {
        return Some(Zeroizing::new(key));
    }
    let text = bytes.trim_ascii();
    if text.len() != 2 * KEY_BYTES {
        return None;
    }
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    for (byte, digits) in key.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |at: usize| digits.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(key)
}

/// One line, without its end; no blank line is a passphrase.
fn passphrase_of(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    let fits = line.trim().chars().count() >= LEAST_CHARS && !line.contains(['\n', '\r']);
    fits.then(|| Zeroizing::new(line.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_or_their_digits_and_nothing_else() {
        assert!(key_of(&[7; 32]).is_some());
        let digits = "0a".repeat(32);
        assert_eq!(*key_of(format!("{digits}\n").as_bytes()).unwrap(), [10; 32]);
        for bad in [&b""[..], &[7; 31], &[7; 33], "0g".repeat(32).as_bytes()] {
            assert!(key_of(bad).is_none());
        }
    }

    #[test]
    fn a_passphrase_is_one_line_that_is_not_short() {
        assert_eq!(passphrase_of(b"correct horse battery\r\n").unwrap().as_slice(), b"correct horse battery");
        for bad in [&b"short\n"[..], b"", b"            \n", b"two lines of\ntext\n", b"\xff\xfe bytes, no text"] {
            assert!(passphrase_of(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn each_salt_gives_another_key_and_a_passphrase_is_no_key() {
        let cost = Cost { memory_kib: 8, iterations: 1 };
        let (key, text) = (Given::Key(Zeroizing::new([b'a'; 32])), Given::Passphrase(Zeroizing::new(vec![b'a'; 32])));
        let one = key.derive(&[1; 32], cost).unwrap();
        assert_eq!(one, key.derive(&[1; 32], cost).unwrap());
        assert_ne!(one, key.derive(&[2; 32], cost).unwrap());
        assert_ne!(one, text.derive(&[1; 32], cost).unwrap());
    }
}
