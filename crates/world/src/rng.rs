//! Randomness, and the forms in which AWS's identifiers use it.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};

/// A source of unpredictable bytes.
pub trait Rng: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Debug, Default)]
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// Opens it.
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Rng for SystemRng {
    #[expect(clippy::panic, reason = "without randomness nothing may go on: no identifier or key would be safe")]
    fn fill(&self, buffer: &mut [u8]) {
        if self.0.fill(buffer).is_err() {
            panic!("the operating system's random generator failed");
        }
    }
}

/// Lower-case letters and digits, as in API and client ids.
pub const LOWER_ALNUM: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// Letters and digits, as in user pool ids.
pub const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// Decimal digits, as in codes.
pub const DIGITS: &[u8] = b"0123456789";

/// `N` random bytes.
pub fn bytes<const N: usize>(rng: &dyn Rng) -> [u8; N] {
    let mut out = [0; N];
    rng.fill(&mut out);
    out
}

/// `len` characters, each evenly drawn from the ASCII `alphabet` (rejection sampling, so no bias).
pub fn pick(rng: &dyn Rng, alphabet: &[u8], len: usize) -> String {
    let fair = 256 - 256 % alphabet.len().max(1);
    let mut out = String::with_capacity(len);
    while out.len() < len {
        for byte in bytes::<32>(rng) {
            let letter = alphabet.get(usize::from(byte) % alphabet.len().max(1));
            if let Some(letter) = letter.filter(|_| usize::from(byte) < fair && out.len() < len) {
                out.push(char::from(*letter));
            }
        }
        if alphabet.is_empty() {
            break;
        }
    }
    out
}

/// A random UUID (RFC 9562 version 4), lower case.
pub fn uuid(rng: &dyn Rng) -> String {
    let mut n = u128::from_be_bytes(bytes::<16>(rng));
    n = (n & !(0xf << 76)) | (0x4 << 76);
    n = (n & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{n:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::SeededRng;

    #[test]
    fn uuids_have_their_form() {
        let id = uuid(&SeededRng::new(1));
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
    }

    #[test]
    fn picks_are_even() {
        let text = pick(&SeededRng::new(7), DIGITS, 100_000);
        for digit in DIGITS {
            let n = text.bytes().filter(|b| b == digit).count();
            assert!((9_500..10_500).contains(&n), "{digit}: {n}");
        }
    }
}
