//! CopyObject within this server.

use aws_types::{AwsError, ByteStream};
use model_s3::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult, MetadataDirective, PutObjectRequest};

use crate::Cx;
use crate::blobs::{LOOKS, lost};
use crate::conditions::{Conditions, Outcome};
use crate::entity::Object;
use crate::error;

/// Copies an object: its content always, its headers unless the request replaces them, its ACL never.
pub async fn copy_object(cx: &Cx<'_>, input: CopyObjectRequest) -> Result<CopyObjectOutput, AwsError> {
    refuse_unbuilt(&input)?;
    let (bucket, key) = source(&input.copy_source)?;
    let itself = bucket == input.bucket && key == input.key;
    let replace = input.metadata_directive == Some(MetadataDirective::Replace);
    if itself && !replace && input.website_redirect_location.is_none() {
        return Err(error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's \
             metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let (found, content) = readable(cx, &bucket, &key, &input).await?;
    *cx.body.lock() = Some(content);
    let put = target(&found, input, replace);
    let written = super::put_object::put_object(cx, put).await?;
    let copied =
        CopyObjectResult { e_tag: written.e_tag, last_modified: Some(cx.call.now), ..CopyObjectResult::default() };
    Ok(CopyObjectOutput { copy_object_result: Some(copied), ..CopyObjectOutput::default() })
}

fn refuse_unbuilt(input: &CopyObjectRequest) -> Result<(), AwsError> {
    let asked = [
        (input.server_side_encryption.is_some(), "x-amz-server-side-encryption"),
        (input.sse_customer_algorithm.is_some(), "x-amz-server-side-encryption-customer-algorithm"),
        (
            input.copy_source_sse_customer_algorithm.is_some(),
            "x-amz-copy-source-server-side-encryption-customer-algorithm",
        ),
        (input.tagging.is_some(), "x-amz-tagging"),
        (input.object_lock_mode.is_some(), "x-amz-object-lock-mode"),
        (input.if_match.is_some(), "If-Match"),
    ];
    asked.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, header)| Err(error::not_implemented(header)))
}

/// `bucket/key` or `/bucket/key`, URL-encoded.
fn source(text: &str) -> Result<(String, String), AwsError> {
    let invalid = || {
        let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
        error::invalid_argument(message, "x-amz-copy-source", text)
    };
    if text.contains("?versionId=") {
        return Err(error::not_implemented("versionId"));
    }
    let decoded = crate::entity::object::percent_decode(text).ok_or_else(invalid)?;
    let (bucket, key) = decoded.trim_start_matches('/').split_once('/').ok_or_else(invalid)?;
    if bucket.is_empty() || key.is_empty() { Err(invalid()) } else { Ok((bucket.to_owned(), key.to_owned())) }
}

/// The source and its content.
async fn readable(
    cx: &Cx<'_>,
    bucket: &str,
    key: &str,
    input: &CopyObjectRequest,
) -> Result<(Object, ByteStream), AwsError> {
    for _ in 0..LOOKS {
        let found = permitted(cx, bucket, key, input).await?;
        if let Some(content) = cx.service.blobs.read(&found.blob, 0, found.size).await? {
            return Ok((found, content));
        }
    }
    Err(lost())
}

async fn permitted(cx: &Cx<'_>, bucket: &str, key: &str, input: &CopyObjectRequest) -> Result<Object, AwsError> {
    let found = cx.readable(bucket, key, input.expected_source_bucket_owner.as_deref()).await?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    match conditions.judge(&found)? {
        Outcome::Send => Ok(found.value),
        Outcome::NotModified => Err(error::precondition_failed("x-amz-copy-source-If-None-Match")),
    }
}

/// The copy as a PutObject.
fn target(found: &Object, input: CopyObjectRequest, replace: bool) -> PutObjectRequest {
    let kept = if replace { None } else { Some(found) };
    let headers = kept.map(|object| object.headers.clone()).unwrap_or_default();
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
        if_none_match: input.if_none_match,
        expected_bucket_owner: input.expected_bucket_owner,
        ..PutObjectRequest::default()
    }
}
