//! Contents sealed at rest (S3 user guide, "Protecting data with server-side encryption"). Each file has a key of its own
//! (AES-256-GCM over pieces of 128 KiB, the piece's number as nonce), so that a range is opened without what lies before
//! it, and a piece moved, dropped or changed does not open. That key is sealed by the server (SSE-S3), or by a key that
//! the customer brings and the server forgets (SSE-C).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_types::AwsError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use store::Sealer;
use world::Rng;

use crate::checksum::decode;
use crate::entity::Sealing;
use crate::error;

/// Bytes of a piece before it is sealed.
pub const PIECE: usize = 128 * 1024;
/// Bytes that sealing adds to a piece.
pub const TAG: usize = 16;

/// A key of 32 bytes that a customer sends with each request.
pub struct CustomerKey {
    key: [u8; 32],
    md5: String,
}

impl CustomerKey {
    /// Reads the three headers of SSE-C; none where none was sent.
    ///
    /// # Errors
    /// `InvalidArgument`, `InvalidRequest` where they are not whole or do not fit.
    pub fn read(algorithm: Option<&str>, key: Option<&str>, md5: Option<&str>) -> Result<Option<Self>, AwsError> {
        let (algorithm, key, md5) = match (algorithm, key, md5) {
            (None, None, None) => return Ok(None),
            (Some(algorithm), Some(key), Some(md5)) => (algorithm, key, md5),
            _ => return Err(error::incomplete_customer_key()),
        };
        if algorithm != "AES256" {
            return Err(error::invalid_customer_algorithm(algorithm));
        }
        let bytes = decode(key, 32).ok_or_else(error::invalid_customer_key)?;
        if STANDARD.encode(Md5::digest(&bytes)) != md5 {
            return Err(error::customer_key_md5_mismatch());
        }
        let key = <[u8; 32]>::try_from(bytes).map_err(|_| error::invalid_customer_key())?;
        Ok(Some(Self { key, md5: md5.to_owned() }))
    }

    /// MD5 of the key, in base64.
    pub fn md5(&self) -> &str {
        &self.md5
    }
}

/// Seals or opens the pieces of one file.
pub struct FileKey(LessSafeKey);

impl FileKey {
    fn new(bytes: &[u8]) -> Result<Self, AwsError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| AwsError::internal("no key of AES-256"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// A new key for a file, and how it is kept.
    ///
    /// # Errors
    /// The library's.
    pub fn make(
        sealer: &Sealer,
        rng: &dyn Rng,
        blob: &str,
        customer: Option<&CustomerKey>,
    ) -> Result<(Self, Sealing), AwsError> {
        let bytes = world::rng::bytes::<32>(rng);
        let sealing = match customer {
            None => Sealing { key: sealer.seal_text(&context(blob), &bytes), customer_md5: None },
            Some(customer) => Sealing {
                key: STANDARD.encode(wrap(customer, rng, blob, &bytes)?),
                customer_md5: Some(customer.md5.clone()),
            },
        };
        Ok((Self::new(&bytes)?, sealing))
    }

    /// The key of a file.
    ///
    /// # Errors
    /// Where the customer's key is needed and missing, needless or another one; the sealer's.
    pub fn open(
        sealer: &Sealer,
        sealing: &Sealing,
        blob: &str,
        customer: Option<&CustomerKey>,
    ) -> Result<Self, AwsError> {
        let Some(customer) = check(Some(sealing), customer)? else {
            let bytes = sealer.open_text(&context(blob), &sealing.key).map_err(AwsError::internal)?;
            return Self::new(&bytes);
        };
        let wrapped = STANDARD.decode(&sealing.key).map_err(AwsError::internal)?;
        Self::new(&unwrap(customer, blob, wrapped).ok_or_else(error::access_denied)?)
    }

    /// Seals a piece in place.
    ///
    /// # Errors
    /// The library's.
    pub fn seal(&self, number: u64, piece: &mut Vec<u8>) -> Result<(), AwsError> {
        let sealed = self.0.seal_in_place_append_tag(nonce(number), Aad::empty(), piece);
        sealed.map_err(|_| AwsError::internal("a piece could not be sealed"))
    }

    /// Opens a piece in place; `None` where it is not what was sealed.
    pub fn open_piece<'p>(&self, number: u64, piece: &'p mut [u8]) -> Option<&'p [u8]> {
        self.0.open_in_place(nonce(number), Aad::empty(), piece).ok().map(|opened| &*opened)
    }
}

/// Whether a request brings the customer's key exactly where one is needed, and the right one.
///
/// # Errors
/// `InvalidRequest`, `AccessDenied`.
pub fn check<'c>(
    sealing: Option<&Sealing>,
    customer: Option<&'c CustomerKey>,
) -> Result<Option<&'c CustomerKey>, AwsError> {
    match (sealing.and_then(|sealing| sealing.customer_md5.as_ref()), customer) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(error::needless_customer_key()),
        (Some(_), None) => Err(error::customer_key_needed()),
        (Some(md5), Some(customer)) if *md5 == customer.md5 => Ok(Some(customer)),
        (Some(_), Some(_)) => Err(error::access_denied()),
    }
}

fn context(blob: &str) -> String {
    format!("s3 content {blob}")
}

fn nonce(number: u64) -> Nonce {
    let mut bytes = [0; 12];
    for (to, from) in bytes.iter_mut().skip(4).zip(number.to_be_bytes()) {
        *to = from;
    }
    Nonce::assume_unique_for_key(bytes)
}

/// The customer's key seals many files' keys: each under a nonce drawn by chance, bound to its file.
fn wrap(customer: &CustomerKey, rng: &dyn Rng, blob: &str, key: &[u8]) -> Result<Vec<u8>, AwsError> {
    let broken = || AwsError::internal("a key could not be sealed");
    let by = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &customer.key).map_err(|_| broken())?);
    let nonce = world::rng::bytes::<12>(rng);
    let mut sealed = key.to_vec();
    let with = Nonce::assume_unique_for_key(nonce);
    by.seal_in_place_append_tag(with, Aad::from(context(blob)), &mut sealed).map_err(|_| broken())?;
    Ok(nonce.into_iter().chain(sealed).collect())
}

fn unwrap(customer: &CustomerKey, blob: &str, mut wrapped: Vec<u8>) -> Option<Vec<u8>> {
    let by = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &customer.key).ok()?);
    let (nonce, sealed) = wrapped.split_at_mut_checked(12)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    by.open_in_place(nonce, Aad::from(context(blob)), sealed).ok().map(|key| key.to_vec())
}
