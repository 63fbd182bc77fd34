//! CopyObject within this server.

use aws_types::{AwsError, ByteStream};
use model_s3::{
    CopyObjectOutput, CopyObjectRequest, CopyObjectResult, MetadataDirective, PutObjectRequest, TaggingDirective,
};

use crate::Cx;
use crate::access::Named;
use crate::blobs::{LOOKS, lost};
use crate::conditions::{Conditions, Outcome};
use crate::entity::{Bucket, Object};
use crate::sealing::CustomerKey;
use crate::{error, tagging, versions};

/// Largest object that is copied in one request (S3 API reference): 5 GiB.
const MAX_COPY: u64 = 5 << 30;

/// Copies an object: its content always, its headers and tags unless the request replaces them, its ACL never.
pub async fn copy_object(cx: &Cx<'_>, input: CopyObjectRequest) -> Result<CopyObjectOutput, AwsError> {
    refuse_unbuilt(&input)?;
    let from = Source::read(&input.copy_source)?;
    let replace = input.metadata_directive == Some(MetadataDirective::Replace);
    let changes = replace
        || from.version.is_some()
        || input.website_redirect_location.is_some()
        || input.server_side_encryption.is_some()
        || input.sse_customer_algorithm.is_some();
    if from.bucket == input.bucket && from.key == input.key && !changes {
        return Err(error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
             metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let conditions = Conditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    let customer = source_key!(input)?;
    let expected_owner = input.expected_source_bucket_owner.as_deref();
    let opened = from.open(cx, &conditions, (customer.as_ref(), expected_owner), |found| {
        if found.size > MAX_COPY { Err(too_large()) } else { Ok((0, found.size)) }
    });
    let (bucket, found, content) = opened.await?;
    *cx.body.lock() = Some(content);
    let put = target(&found, input, replace);
    let written = super::put_object::put_object(cx, put).await?;
    let copied = CopyObjectResult {
        e_tag: written.e_tag,
        last_modified: Some(cx.call.now),
        checksum_type: written.checksum_type,
        checksum_crc32: written.checksum_crc32,
        checksum_crc32c: written.checksum_crc32c,
        checksum_crc64nvme: written.checksum_crc64nvme,
        checksum_sha1: written.checksum_sha1,
        checksum_sha256: written.checksum_sha256,
        checksum_sha512: written.checksum_sha512,
        ..CopyObjectResult::default()
    };
    Ok(CopyObjectOutput {
        copy_object_result: Some(copied),
        copy_source_version_id: versions::shown(&bucket, &found),
        version_id: written.version_id,
        server_side_encryption: written.server_side_encryption,
        sse_customer_algorithm: written.sse_customer_algorithm,
        sse_customer_key_md5: written.sse_customer_key_md5,
        ..CopyObjectOutput::default()
    })
}

/// The key that opens the source, out of a request's members.
macro_rules! source_key {
    ($input:expr) => {
        $crate::sealing::CustomerKey::read(
            $input.copy_source_sse_customer_algorithm.as_deref(),
            $input.copy_source_sse_customer_key.as_deref(),
            $input.copy_source_sse_customer_key_md5.as_deref(),
        )
    };
}
pub(crate) use source_key;

fn too_large() -> AwsError {
    error::invalid_request(
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120",
    )
}

fn refuse_unbuilt(input: &CopyObjectRequest) -> Result<(), AwsError> {
    let asked = [(input.object_lock_mode.is_some(), "x-amz-object-lock-mode")];
    asked.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, header)| Err(error::not_implemented(header)))
}

/// `x-amz-copy-source`.
pub struct Source {
    /// Bucket.
    pub bucket: String,
    /// Key.
    pub key: String,
    /// Version; none is the current one.
    pub version: Option<String>,
}

impl Source {
    /// `bucket/key` or `/bucket/key`, URL-encoded, with `?versionId=` behind it.
    ///
    /// # Errors
    /// `InvalidArgument`.
    pub fn read(text: &str) -> Result<Self, AwsError> {
        let invalid = || {
            let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            error::invalid_argument(message, "x-amz-copy-source", text)
        };
        let (path, version) = match text.split_once("?versionId=") {
            Some((path, version)) => (path, Some(version.to_owned())),
            None => (text, None),
        };
        let decoded = crate::entity::object::percent_decode(path).ok_or_else(invalid)?;
        let (bucket, key) = decoded.trim_start_matches('/').split_once('/').ok_or_else(invalid)?;
        if bucket.is_empty() || key.is_empty() {
            return Err(invalid());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
    }

    /// The source, if it is readable and as the conditions want it, and the part of its content that `part` names by first
    /// byte and length.
    ///
    /// # Errors
    /// Those of GetObject, `PreconditionFailed`, what `part` answers.
    pub async fn open(
        &self,
        cx: &Cx<'_>,
        conditions: &Conditions<'_>,
        (customer, expected_owner): (Option<&CustomerKey>, Option<&str>),
        part: impl Fn(&Object) -> Result<(u64, u64), AwsError> + Send + Sync,
    ) -> Result<(Bucket, Object, ByteStream), AwsError> {
        let named = Named { bucket: &self.bucket, key: &self.key, version: self.version.as_deref(), expected_owner };
        for _ in 0..LOOKS {
            let (bucket, found) = cx.readable(named).await?;
            crate::sealing::check(found.sealed(), customer)?;
            if conditions.judge(&found)? == Outcome::NotModified {
                return Err(error::precondition_failed("x-amz-copy-source-If-None-Match"));
            }
            let (start, len) = part(&found)?;
            let pieces = if len == 0 { Vec::new() } else { found.pieces(start, len) };
            if let Some(content) = cx.service.blobs.read(pieces, cx.store().sealer(), customer).await? {
                return Ok((bucket.value, found, content));
            }
        }
        Err(lost())
    }
}

/// The copy as a PutObject.
fn target(found: &Object, input: CopyObjectRequest, replace: bool) -> PutObjectRequest {
    let kept = if replace { None } else { Some(found) };
    let headers = kept.map(|object| object.headers.clone()).unwrap_or_default();
    let tagging = match input.tagging_directive {
        Some(TaggingDirective::Replace) => input.tagging,
        _ => Some(tagging::header(&found.tags)),
    };
    PutObjectRequest {
        bucket: input.bucket,
        key: input.key,
        acl: input.acl,
        grant_full_control: input.grant_full_control,
        grant_read: input.grant_read,
        grant_read_acp: input.grant_read_acp,
        grant_write_acp: input.grant_write_acp,
        content_type: kept.map(|object| object.content_type.clone()).or(input.content_type),
        cache_control: headers.cache_control.or(input.cache_control),
        content_disposition: headers.content_disposition.or(input.content_disposition),
        content_encoding: headers.content_encoding.or(input.content_encoding),
        content_language: headers.content_language.or(input.content_language),
        expires: headers.expires.or(input.expires),
        metadata: kept.map(|object| object.metadata.clone()).or(input.metadata),
        website_redirect_location: input.website_redirect_location,
        if_match: input.if_match,
        if_none_match: input.if_none_match,
        expected_bucket_owner: input.expected_bucket_owner,
        tagging,
        server_side_encryption: input.server_side_encryption,
        ssekms_key_id: input.ssekms_key_id,
        sse_customer_algorithm: input.sse_customer_algorithm,
        sse_customer_key: input.sse_customer_key,
        sse_customer_key_md5: input.sse_customer_key_md5,
        // A checksum of the whole is computed anew; of parts there is none to take over.
        checksum_algorithm: input
            .checksum_algorithm
            .or_else(|| found.checksum.as_ref().map(|checksum| checksum.algorithm.to_wire())),
        ..PutObjectRequest::default()
    }
}
