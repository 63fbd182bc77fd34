//! GetObject, whole or a range, with conditions.

use aws_types::wire::IntoWire as _;
use aws_types::{Answer, AwsError, Caller};
use model_s3::{GetObjectOutput, GetObjectRequest};

use crate::Cx;
use crate::blobs::{LOOKS, lost};
use crate::conditions::{Conditions, Outcome, range};
use crate::entity::Object;
use crate::error;

/// Reads an object.
pub async fn get_object(cx: &Cx<'_>, input: GetObjectRequest) -> Result<Answer, AwsError> {
    refuse_unbuilt(input.version_id.is_some(), input.part_number.is_some(), input.sse_customer_algorithm.is_some())?;
    if cx.call.caller == Caller::Anonymous && overrides(&input) {
        let message = "Request specific response headers cannot be used for anonymous GET requests.";
        return Err(error::invalid_request(message));
    }
    for _ in 0..LOOKS {
        if let Some(answer) = current(cx, &input).await? {
            return Ok(answer);
        }
    }
    Err(lost())
}

/// The object as it is now; `None` where it was replaced while it was opened.
async fn current(cx: &Cx<'_>, input: &GetObjectRequest) -> Result<Option<Answer>, AwsError> {
    let found = cx.readable(&input.bucket, &input.key, input.expected_bucket_owner.as_deref()).await?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    if conditions.judge(&found)? == Outcome::NotModified {
        return Ok(Some(Answer { output: unchanged(&found).into_wire(), body: None, status: Some(304) }));
    }
    let wanted = range(input.range.as_deref(), found.size)?;
    let (start, len) = wanted.unwrap_or((0, found.size));
    let Some(body) = cx.service.blobs.read(&found.blob, start, len).await? else { return Ok(None) };
    let output = GetObjectOutput {
        content_length: i64::try_from(len).ok(),
        content_range: wanted.map(|_| format!("bytes {start}-{}/{}", start + len - 1, found.size)),
        ..describe(&found, input)
    };
    Ok(Some(Answer { output: output.into_wire(), body: Some(body), status: wanted.map(|_| 206) }))
}

/// Whether the request replaces headers of the answer. A link that anybody can write must not turn a text into a page.
fn overrides(input: &GetObjectRequest) -> bool {
    let texts = [
        &input.response_cache_control,
        &input.response_content_disposition,
        &input.response_content_encoding,
        &input.response_content_language,
        &input.response_content_type,
    ];
    input.response_expires.is_some() || texts.iter().any(|text| text.is_some())
}

/// What is asked of an object beyond its current, whole self.
pub fn refuse_unbuilt(version: bool, part: bool, customer_key: bool) -> Result<(), AwsError> {
    let asked = [
        (version, "versionId"),
        (part, "partNumber"),
        (customer_key, "x-amz-server-side-encryption-customer-algorithm"),
    ];
    asked.iter().find(|(is, _)| *is).map_or(Ok(()), |(_, what)| Err(error::not_implemented(what)))
}

fn unchanged(object: &Object) -> GetObjectOutput {
    GetObjectOutput {
        e_tag: Some(object.etag()),
        last_modified: Some(object.modified()),
        cache_control: object.headers.cache_control.clone(),
        ..GetObjectOutput::default()
    }
}

/// Heads, where the request's `response-*` parameters do not replace them.
fn describe(object: &Object, input: &GetObjectRequest) -> GetObjectOutput {
    let or = |asked: &Option<String>, kept: &Option<String>| asked.clone().or_else(|| kept.clone());
    GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        last_modified: Some(object.modified()),
        e_tag: Some(object.etag()),
        cache_control: or(&input.response_cache_control, &object.headers.cache_control),
        content_disposition: or(&input.response_content_disposition, &object.headers.content_disposition),
        content_encoding: or(&input.response_content_encoding, &object.headers.content_encoding),
        content_language: or(&input.response_content_language, &object.headers.content_language),
        content_type: or(&input.response_content_type, &Some(object.content_type.clone())),
        expires: input.response_expires.map(|at| at.http_date()).or_else(|| object.headers.expires.clone()),
        website_redirect_location: object.headers.website_redirect_location.clone(),
        metadata: Some(object.metadata.clone()),
        ..GetObjectOutput::default()
    }
}
