//! One message of the AWS Encryption SDK (developer guide: "AWS Encryption SDK message format reference"), format
//! version 2, algorithm suite 0x0478: AES-256-GCM, HKDF with SHA-512, key commitment, no signature. The data key is
//! wrapped as a raw AES keyring does it, under the namespace [`NAMESPACE`] and the key's ARN as its name.
//!
//! What is encrypted is a code or a temporary password, so one frame, the final one, holds it all.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA512, KeyType, Salt};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// Key namespace (provider id) of the wrapped data key.
pub const NAMESPACE: &str = "aws-raw";
const VERSION: u8 = 2;
const SUITE: u16 = 0x0478;
const FRAMED: u8 = 2;
const FRAME_BYTES: u32 = 4096;
const TAG_BITS: u32 = 128;
const FINAL_FRAME: u32 = 0xffff_ffff;
const FIRST: u32 = 1;
const FINAL_CONTENT: &[u8] = b"AWSKMSEncryptionClient Final Frame";

/// A wrapping key and its name.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    pub name: &'a str,
    pub bytes: &'a [u8; 32],
}

/// The whole message; `None` where the text does not fit one frame or a name does not fit the format.
/// `context` is sorted by name.
pub fn encrypt(wrapping: Key<'_>, context: &[(&str, &str)], plain: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(plain.len()).ok().filter(|length| *length <= FRAME_BYTES)?;
    let mut data_key = Zeroizing::new([0_u8; 32]);
    let (mut message_id, mut wrap_iv) = ([0_u8; 32], [0_u8; NONCE_LEN]);
    rand::fill(data_key.as_mut_slice()).ok()?;
    rand::fill(&mut message_id).ok()?;
    rand::fill(&mut wrap_iv).ok()?;
    let context = context_bytes(context)?;
    let wrapped = seal(wrapping.bytes, wrap_iv, &context, data_key.as_slice())?;
    let mut out = Vec::with_capacity(512 + plain.len());
    out.push(VERSION);
    out.extend(SUITE.to_be_bytes());
    out.extend(message_id);
    sized(&mut out, &context)?;
    out.extend(1_u16.to_be_bytes());
    sized(&mut out, NAMESPACE.as_bytes())?;
    sized(&mut out, &provider_info(wrapping.name, wrap_iv))?;
    sized(&mut out, &wrapped)?;
    out.push(FRAMED);
    out.extend(FRAME_BYTES.to_be_bytes());
    out.extend(derive(&data_key, &message_id, &[b"COMMITKEY"])?.as_slice());
    let key = derive(&data_key, &message_id, &[&SUITE.to_be_bytes(), b"DERIVEKEY"])?;
    let header_tag = seal(&key, [0; NONCE_LEN], &out, &[])?;
    out.extend(header_tag);
    out.extend(FINAL_FRAME.to_be_bytes());
    out.extend(FIRST.to_be_bytes());
    let iv = frame_iv(FIRST);
    out.extend(iv);
    out.extend(length.to_be_bytes());
    let aad = [&message_id, FINAL_CONTENT, &FIRST.to_be_bytes(), &u64::from(length).to_be_bytes()].concat();
    out.extend(seal(&key, iv, &aad, plain)?);
    Some(out)
}

/// Name, tag length in bits, IV length in bytes, IV.
fn provider_info(name: &str, iv: [u8; NONCE_LEN]) -> Vec<u8> {
    let iv_bytes = u32::try_from(NONCE_LEN).unwrap_or(12);
    [name.as_bytes(), &TAG_BITS.to_be_bytes(), &iv_bytes.to_be_bytes(), &iv].concat()
}

fn context_bytes(pairs: &[(&str, &str)]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    out.extend(u16::try_from(pairs.len()).ok()?.to_be_bytes());
    for (name, value) in pairs {
        sized(&mut out, name.as_bytes())?;
        sized(&mut out, value.as_bytes())?;
    }
    Some(out)
}

/// Two bytes of length, then the bytes.
fn sized(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    out.extend(u16::try_from(bytes.len()).ok()?.to_be_bytes());
    out.extend(bytes);
    Some(())
}

/// The sequence number at the end of zeros.
fn frame_iv(sequence: u32) -> [u8; NONCE_LEN] {
    let mut iv = [0; NONCE_LEN];
    iv.iter_mut().rev().zip(sequence.to_be_bytes().iter().rev()).for_each(|(to, from)| *to = *from);
    iv
}

fn derive(data_key: &Zeroizing<[u8; 32]>, message_id: &[u8], info: &[&[u8]]) -> Option<Zeroizing<[u8; 32]>> {
    struct Length;
    impl KeyType for Length {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = Zeroizing::new([0; 32]);
    let secret = Salt::new(HKDF_SHA512, message_id).extract(data_key.as_slice());
    secret.expand(info, Length).and_then(|okm| okm.fill(key.as_mut_slice())).ok()?;
    Some(key)
}

/// Ciphertext and tag.
fn seal(key: &[u8; 32], iv: [u8; NONCE_LEN], aad: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(iv), Aad::from(aad), &mut body).ok()?;
    Some(body)
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Name of the wrapping key, encryption context, plaintext.
    pub type Opened = (String, Vec<(String, String)>, Vec<u8>);

    /// Opens a message by the book.
    pub fn decrypt(key: &[u8; 32], message: &[u8]) -> Option<Opened> {
        let mut at = Reader(message);
        assert_eq!((at.take(1)?, at.take(2)?), (&[2][..], &[4, 0x78][..]));
        let message_id = at.take(32)?;
        let context = at.sized()?;
        assert_eq!(at.number(2)?, 1, "one wrapped key");
        assert_eq!(at.sized()?, b"aws-raw");
        let info = at.sized()?;
        let (name, rest) = info.split_at(info.len() - 20);
        assert_eq!(&rest[..8], &[0, 0, 0, 128, 0, 0, 0, 12]);
        let wrapped = at.sized()?;
        let data_key: [u8; 32] = open(key, &rest[8..], context, wrapped)?.try_into().ok()?;
        let data_key = Zeroizing::new(data_key);
        assert_eq!((at.number(1)?, at.number(4)?), (2, 4096));
        assert_eq!(at.take(32)?, derive(&data_key, message_id, &[b"COMMITKEY"])?.as_slice(), "commitment");
        let header = &message[..message.len() - at.0.len()];
        let body_key = derive(&data_key, message_id, &[&[4, 0x78], b"DERIVEKEY"])?;
        open(&body_key, &[0; 12], header, at.take(16)?)?;
        assert_eq!((at.number(4)?, at.number(4)?), (0xffff_ffff, 1));
        let iv = at.take(12)?;
        let length = at.number(4)?;
        let aad = [message_id, FINAL_CONTENT, &[0, 0, 0, 1], &length.to_be_bytes()].concat();
        let plain = open(&body_key, iv, &aad, at.0)?;
        let mut pairs = Reader(context);
        let count = pairs.number(2)?;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let pairs = (0..count).map(|_| (text(pairs.sized().unwrap()), text(pairs.sized().unwrap()))).collect();
        Some((text(name), pairs, plain))
    }

    struct Reader<'a>(&'a [u8]);

    impl<'a> Reader<'a> {
        fn take(&mut self, n: usize) -> Option<&'a [u8]> {
            let (head, rest) = self.0.split_at_checked(n)?;
            self.0 = rest;
            Some(head)
        }

        fn number(&mut self, bytes: usize) -> Option<u64> {
            Some(self.take(bytes)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        }

        fn sized(&mut self) -> Option<&'a [u8]> {
            let length = self.number(2)?;
            self.take(usize::try_from(length).ok()?)
        }
    }

    fn open(key: &[u8; 32], iv: &[u8], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(iv).ok()?;
        let mut body = sealed.to_vec();
        let length = key.open_in_place(nonce, Aad::from(aad), &mut body).ok()?.len();
        body.truncate(length);
        Some(body)
    }

    const CONTEXT: [(&str, &str); 1] = [("userpool-id", "eu-west-1_a")];

    fn message(plain: &[u8]) -> Option<Vec<u8>> {
        encrypt(Key { name: "arn:aws:kms:eu-west-1:123456789012:key/a", bytes: &[7; 32] }, &CONTEXT, plain)
    }

    #[test]
    fn a_message_opens_with_its_key_and_says_what_it_is_bound_to() {
        let sealed = message(b"654321").unwrap();
        let (name, context, plain) = decrypt(&[7; 32], &sealed).unwrap();
        assert_eq!(name, "arn:aws:kms:eu-west-1:123456789012:key/a");
        assert_eq!(context, [("userpool-id".to_owned(), "eu-west-1_a".to_owned())]);
        assert_eq!(plain, b"654321");
        assert!(decrypt(&[8; 32], &sealed).is_none());
        assert_ne!(sealed, message(b"654321").unwrap(), "keys and ids are fresh");
        assert!(!sealed.windows(6).any(|window| window == b"654321"));
    }

    #[test]
    fn a_changed_message_does_not_open() {
        let sealed = message(b"654321").unwrap();
        for at in [sealed.len() - 1, sealed.len() - 20, 3, 40] {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            let opened = std::panic::catch_unwind(|| decrypt(&[7; 32], &forged));
            assert!(!matches!(opened, Ok(Some(_))), "byte {at}");
        }
    }

    #[test]
    fn what_does_not_fit_one_frame_is_refused() {
        assert!(message(&[b'x'; 4096]).is_some());
        assert!(message(&[b'x'; 4097]).is_none());
        assert!(decrypt(&[7; 32], &message(b"").unwrap()).is_some());
    }
}
