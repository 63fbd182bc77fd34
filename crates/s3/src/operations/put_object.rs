//! PutObject. The content is written and synced before the object names it; the old content is removed after.

use aws_types::AwsError;
use model_s3::{PutObjectOutput, PutObjectRequest};
use store::{StoreError, Tx, Versioned};

use crate::Cx;
use crate::access::{Given, admissible};
use crate::blobs::Written;
use crate::checksum::Checks;
use crate::entity::acl::grant_headers;
use crate::entity::object::Headers;
use crate::entity::{Acl, Bucket, Object, Permission};
use crate::error;
use crate::table::{BLOB_INDEX, BUCKETS, OBJECTS, object, objects_pk, owned_bucket};

/// Bytes of user metadata, names and values (S3 user guide, "Working with object metadata").
const MAX_METADATA: usize = 2048;
/// Bytes of `x-amz-website-redirect-location`.
const MAX_REDIRECT: usize = 2048;

/// Puts an object.
pub async fn put_object(cx: &Cx<'_>, input: PutObjectRequest) -> Result<PutObjectOutput, AwsError> {
    refuse_unbuilt(&input)?;
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let new = describe(cx, &bucket, &input)?;
    let checks = Checks::of(&input)?;
    let id = world::rng::uuid(cx.service.doors.rng.as_ref());
    let written = cx.service.blobs.write(&id, cx.take_body(), checks).await?;
    let length_differs = input.content_length.and_then(|n| u64::try_from(n).ok()).is_some_and(|n| n < written.size);
    let object = Object { blob: written.blob.clone(), size: written.size, md5: written.md5.clone(), ..new };
    let named =
        if length_differs { Err(error::incomplete_body().into()) } else { name(cx, &bucket, &object, &input).await };
    match named {
        Ok(replaced) => {
            remove(cx, replaced).await;
            Ok(PutObjectOutput { e_tag: Some(object.etag()), ..echo(&input) })
        }
        Err(Unnamed::Certainly(error)) => {
            remove(cx, Some(written)).await;
            Err(error)
        }
        Err(Unnamed::Perhaps(error)) => Err(error),
    }
}

/// Why an upload failed when its content was written already.
enum Unnamed {
    /// No object names the content.
    Certainly(AwsError),
    /// The store closed amid the commit. An object may name the content, so it stays; the next start's sweep knows.
    Perhaps(AwsError),
}

impl From<AwsError> for Unnamed {
    fn from(error: AwsError) -> Self {
        Self::Certainly(error)
    }
}

impl From<StoreError> for Unnamed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Perhaps(error.into()),
            other => Self::Certainly(other.into()),
        }
    }
}

/// The checksums that were compared come back.
fn echo(input: &PutObjectRequest) -> PutObjectOutput {
    PutObjectOutput {
        checksum_crc32: input.checksum_crc32.clone(),
        checksum_crc32c: input.checksum_crc32c.clone(),
        checksum_crc64nvme: input.checksum_crc64nvme.clone(),
        checksum_sha1: input.checksum_sha1.clone(),
        checksum_sha256: input.checksum_sha256.clone(),
        checksum_sha512: input.checksum_sha512.clone(),
        ..PutObjectOutput::default()
    }
}

async fn remove(cx: &Cx<'_>, content: Option<Written>) {
    if let Some(content) = content {
        cx.service.blobs.remove(&content.blob).await;
    }
}

/// Headers that ask for what is not built are refused: an object must not seem locked, tagged or encrypted.
fn refuse_unbuilt(input: &PutObjectRequest) -> Result<(), AwsError> {
    let asked = [
        (input.server_side_encryption.is_some(), "x-amz-server-side-encryption"),
        (
            input.sse_customer_algorithm.is_some() || input.sse_customer_key.is_some(),
            "x-amz-server-side-encryption-customer-algorithm",
        ),
        (input.ssekms_key_id.is_some(), "x-amz-server-side-encryption-aws-kms-key-id"),
        (input.tagging.is_some(), "x-amz-tagging"),
        (input.object_lock_mode.is_some(), "x-amz-object-lock-mode"),
        (input.object_lock_legal_hold_status.is_some(), "x-amz-object-lock-legal-hold"),
        (input.write_offset_bytes.is_some(), "x-amz-write-offset-bytes"),
    ];
    asked.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, header)| Err(error::not_implemented(header)))
}

/// The object as it will be, without its content.
fn describe(cx: &Cx<'_>, bucket: &Bucket, input: &PutObjectRequest) -> Result<Object, AwsError> {
    if input.key.len() > 1024 {
        return Err(error::key_too_long());
    }
    let metadata = input.metadata.clone().unwrap_or_default();
    if metadata.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > MAX_METADATA {
        return Err(error::metadata_too_large());
    }
    let granted = Acl::from_headers(&grant_headers!(input, None))?;
    check_redirect(input.website_redirect_location.as_deref())?;
    let account = &cx.service.config.account;
    let (acl, given): (Acl, Given) = super::requested_acl(account, input.acl.map(|canned| canned.as_str()), granted)?;
    Ok(Object {
        key: input.key.clone(),
        blob: String::new(),
        size: 0,
        md5: String::new(),
        modified_ms: cx.call.now.ms(),
        content_type: input.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned()),
        headers: Headers {
            cache_control: input.cache_control.clone(),
            content_disposition: input.content_disposition.clone(),
            content_encoding: input.content_encoding.as_deref().and_then(without_chunked),
            content_language: input.content_language.clone(),
            expires: input.expires.clone(),
            website_redirect_location: input.website_redirect_location.clone(),
        },
        metadata,
        acl: admissible(bucket, acl, given)?,
    })
}

/// S3 user guide, "Setting page-level redirects": a page of this site, or one elsewhere by its whole address.
fn check_redirect(location: Option<&str>) -> Result<(), AwsError> {
    let Some(location) = location else { return Ok(()) };
    if location.len() > MAX_REDIRECT {
        return Err(error::invalid_redirect("The length of website redirect location cannot exceed 2,048 characters."));
    }
    if ["/", "http://", "https://"].iter().any(|prefix| location.starts_with(prefix)) {
        return Ok(());
    }
    let message = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
    Err(error::invalid_redirect(message))
}

/// `aws-chunked` is the transport's and not the object's.
fn without_chunked(encoding: &str) -> Option<String> {
    let kept: Vec<&str> = encoding.split(',').map(str::trim).filter(|e| !e.is_empty() && *e != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Lets the object name its content, if the request's conditions hold; answers the content it had before.
async fn name(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    new: &Object,
    input: &PutObjectRequest,
) -> Result<Option<Written>, Unnamed> {
    for _ in 0..16 {
        let current = object(cx.store(), bucket, &new.key).await?;
        check_conditions(current.as_deref(), input)?;
        let mut tx = Tx::new();
        let index = vec![(BLOB_INDEX, new.blob.clone())];
        match &current {
            Some(current) => OBJECTS.update(&mut tx, current, new, index)?,
            None => OBJECTS.insert(&mut tx, &objects_pk(bucket), &new.key, new, index)?,
        }
        // The bucket must still be there; its settings may have changed, which the next request will see.
        tx.require(bucket.pk.clone(), bucket.sk.clone(), store::Expect::Present);
        match cx.store().commit(tx).await {
            Ok(_) => {
                let old = current.map(|old| old.value);
                return Ok(old.map(|old| Written { blob: old.blob, size: old.size, md5: old.md5 }));
            }
            Err(StoreError::Conflict) => {
                if BUCKETS.get(cx.store(), &bucket.pk, &bucket.sk).await?.is_none() {
                    return Err(error::no_such_bucket(&bucket.name).into());
                }
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(error::conflict().into())
}

/// `If-None-Match: *` and `If-Match` of a write (S3 user guide, "Conditional writes").
fn check_conditions(current: Option<&Object>, input: &PutObjectRequest) -> Result<(), AwsError> {
    match (input.if_none_match.as_deref(), current) {
        (Some("*"), Some(_)) => return Err(error::precondition_failed("If-None-Match")),
        (Some("*"), None) | (None, _) => {}
        (Some(_), _) => return Err(error::not_implemented("If-None-Match")),
    }
    match (input.if_match.as_deref(), current) {
        (Some(_), None) => Err(error::no_such_key(&input.key)),
        (Some(tag), Some(current)) if tag.trim_matches('"') != current.md5 => {
            Err(error::precondition_failed("If-Match"))
        }
        _ => Ok(()),
    }
}
