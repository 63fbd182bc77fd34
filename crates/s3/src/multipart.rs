//! Uploads in parts (S3 user guide, "Uploading and copying objects using multipart upload"). Each part is a content of its
//! own; the object that is made of them names them all, and nothing is copied.

use aws_types::AwsError;
use md5::{Digest as _, Md5};
use store::{Expect, StoreError, Tx, Versioned};

use crate::Cx;
use crate::blobs::{Written, hex};
use crate::checksum::Checksum;
use crate::entity::{Bucket, Part, Sealing, Upload};
use crate::error;
use crate::sealing::CustomerKey;
use crate::table::{BLOB_INDEX, PARTS, UPLOADS, part_sk, parts_pk, upload_sk, uploads_pk};

/// Parts of one upload.
pub const MAX_PARTS: usize = 10_000;
/// Parts read or removed at a time.
const BATCH: usize = 1_000;

/// A part's number.
///
/// # Errors
/// `InvalidArgument`.
pub fn number(asked: i32) -> Result<u32, AwsError> {
    let number = u32::try_from(asked).ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        error::invalid_argument(message, "partNumber", &asked.to_string())
    })
}

/// An upload under way.
///
/// # Errors
/// `NoSuchUpload`, the store's.
pub async fn find(cx: &Cx<'_>, bucket: &Bucket, key: &str, upload_id: &str) -> Result<Versioned<Upload>, AwsError> {
    if upload_id.is_empty() || upload_id.len() > 256 {
        return Err(error::no_such_upload(upload_id));
    }
    let found = UPLOADS.get(cx.store(), &uploads_pk(bucket), &upload_sk(key, upload_id)).await?;
    found.filter(|found| found.object.key == key).ok_or_else(|| error::no_such_upload(upload_id))
}

/// Whether a part comes with the key that the upload began with.
///
/// # Errors
/// `InvalidRequest`, `AccessDenied`.
pub fn check_key(upload: &Upload, customer: Option<&CustomerKey>) -> Result<(), AwsError> {
    let kept = upload.customer_md5.as_ref();
    let as_kept = kept.map(|md5| Sealing { key: String::new(), customer_md5: Some(md5.clone()) });
    crate::sealing::check(as_kept.as_ref(), customer).map(drop)
}

/// Keeps a part that was written; the one of that number before goes.
///
/// # Errors
/// `NoSuchUpload` where the upload ended meanwhile, the store's.
pub async fn put(cx: &Cx<'_>, upload: &Versioned<Upload>, number: u32, written: Written) -> Result<Part, AwsError> {
    let Written { blob, sealing, size, md5, checksum } = written;
    let modified_ms = cx.call.now.ms();
    let part = Part { number, blob, sealing: Some(sealing), size, md5, checksum, modified_ms };
    let (pk, sk) = (parts_pk(&upload.id), part_sk(number));
    for _ in 0..16 {
        let before = PARTS.get(cx.store(), &pk, &sk).await?;
        let mut tx = Tx::new();
        let index = vec![(BLOB_INDEX, part.blob.clone())];
        match &before {
            Some(before) => PARTS.update(&mut tx, before, &part, index)?,
            None => PARTS.insert(&mut tx, &pk, &sk, &part, index)?,
        }
        UPLOADS.require(&mut tx, upload);
        match cx.store().commit(tx).await {
            Ok(_) => {
                cx.free(&before.into_iter().map(|before| before.value.blob).collect::<Vec<_>>()).await;
                return Ok(part);
            }
            Err(StoreError::Conflict) => {
                if cx.store().get_item(&upload.pk, &upload.sk).await?.is_none() {
                    cx.free(&[part.blob]).await;
                    return Err(error::no_such_upload(&upload.id));
                }
            }
            // A part may be named now: the next start's sweep knows.
            Err(StoreError::Closed) => return Err(StoreError::Closed.into()),
            Err(other) => {
                cx.free(&[part.blob]).await;
                return Err(other.into());
            }
        }
    }
    cx.free(&[part.blob]).await;
    Err(error::conflict())
}

/// All parts of an upload, by number.
///
/// # Errors
/// The store's.
pub async fn parts(cx: &Cx<'_>, upload_id: &str) -> Result<Vec<Part>, AwsError> {
    let (pk, mut parts, mut after) = (parts_pk(upload_id), Vec::new(), None);
    while parts.len() < MAX_PARTS {
        let found = PARTS.list(cx.store(), &pk, "", after.as_deref(), BATCH).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.sk.clone());
        parts.extend(found.into_iter().map(|part| part.value));
    }
    Ok(parts)
}

/// The entity tag of what parts make: MD5 of their MD5s, and their number.
pub fn etag(parts: &[Part]) -> String {
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(unhex(&part.md5));
    }
    format!("{}-{}", hex(&md5.finalize()), parts.len())
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    let digits: Vec<u8> = text.chars().map(digit).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The checksum of what parts make; none where a part has none of the upload's algorithm.
pub fn checksum(upload: &Upload, parts: &[Part]) -> Option<Checksum> {
    let algorithm = upload.algorithm?;
    let sums: Vec<Vec<u8>> = parts
        .iter()
        .map(|part| part.checksum.as_ref().filter(|sum| sum.algorithm == algorithm)?.bytes())
        .collect::<Option<_>>()?;
    if upload.composite {
        let sum = algorithm.of(&sums.concat());
        let full = Checksum::full(algorithm, &sum);
        return Some(Checksum { value: format!("{}-{}", full.value, parts.len()), composite: true, ..full });
    }
    let mut whole = sums.first()?.clone();
    for (sum, part) in sums.iter().zip(parts).skip(1) {
        whole = algorithm.combine(&whole, sum, part.size)?;
    }
    Some(Checksum::full(algorithm, &whole))
}

/// Removes the rows of an upload's parts, and not their files. A failure leaves rows that nobody reaches.
pub async fn forget_parts(cx: &Cx<'_>, upload_id: &str) {
    remove_rows(cx, upload_id).await;
}

/// Removes an upload's parts with their files.
pub async fn drop_parts(cx: &Cx<'_>, upload_id: &str) {
    let blobs = remove_rows(cx, upload_id).await;
    cx.free(&blobs).await;
}

async fn remove_rows(cx: &Cx<'_>, upload_id: &str) -> Vec<String> {
    let (pk, mut blobs) = (parts_pk(upload_id), Vec::new());
    while blobs.len() <= MAX_PARTS {
        let Ok(found) = PARTS.list(cx.store(), &pk, "", None, BATCH).await else { break };
        if found.is_empty() {
            break;
        }
        let mut tx = Tx::new();
        for part in &found {
            tx.delete_raw(&part.pk, &part.sk, Expect::Any);
        }
        if let Err(error) = cx.store().commit(tx).await {
            tracing::warn!(%error, "parts of an upload that ended could not be removed");
            break;
        }
        blobs.extend(found.into_iter().map(|part| part.value.blob));
    }
    blobs
}

impl Cx<'_> {
    /// Ends all uploads of a bucket that is gone.
    pub(crate) async fn drop_uploads(&self, bucket: &Bucket) {
        loop {
            let Ok(found) = UPLOADS.list(self.store(), &uploads_pk(bucket), "", None, BATCH).await else { return };
            if found.is_empty() {
                return;
            }
            for upload in found {
                let mut tx = Tx::new();
                UPLOADS.delete(&mut tx, &upload);
                if self.store().commit(tx).await.is_err() {
                    return;
                }
                drop_parts(self, &upload.id).await;
            }
        }
    }
}

/// A part as [`crate::uploads::show_sealing`] takes it.
pub struct SealedPart<'p>(pub &'p Part);

impl SealedPart<'_> {
    /// How it is sealed.
    pub const fn sealed(&self) -> Option<&Sealing> {
        self.0.sealing.as_ref()
    }
}
