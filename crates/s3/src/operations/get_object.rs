//! GetObject, whole or a range, with conditions.

use aws_types::wire::IntoWire as _;
use aws_types::{Answer, AwsError, Caller};
use model_s3::{ChecksumMode, GetObjectOutput, GetObjectRequest};

use crate::Cx;
use crate::access::named;
use crate::blobs::{LOOKS, lost};
use crate::checksum::{Checksum, show_checksum};
use crate::conditions::{Conditions, Outcome, range};
use crate::entity::Object;
use crate::sealing::{self, CustomerKey};
use crate::uploads::{customer_key, show_sealing};
use crate::{error, versions};

/// Reads an object.
pub async fn get_object(cx: &Cx<'_>, input: GetObjectRequest) -> Result<Answer, AwsError> {
    if cx.call.caller == Caller::Anonymous && overrides(&input) {
        let message = "Request specific response headers cannot be used for anonymous GET requests.";
        return Err(error::invalid_request(message));
    }
    let customer = customer_key!(input)?;
    for _ in 0..LOOKS {
        if let Some(answer) = current(cx, &input, customer.as_ref()).await? {
            return Ok(answer);
        }
    }
    Err(lost())
}

/// The object as it is now; `None` where it was replaced while it was opened.
async fn current(
    cx: &Cx<'_>,
    input: &GetObjectRequest,
    customer: Option<&CustomerKey>,
) -> Result<Option<Answer>, AwsError> {
    let (bucket, found) = cx.readable(named!(input)).await?;
    sealing::check(found.sealed(), customer)?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    if conditions.judge(&found)? == Outcome::NotModified {
        return Ok(Some(Answer { output: unchanged(&found).into_wire(), body: None, status: Some(304) }));
    }
    let wanted = wanted(&found, input.range.as_deref(), input.part_number)?;
    let (start, len) = wanted.unwrap_or((0, found.size));
    let pieces = if len == 0 { Vec::new() } else { found.pieces(start, len) };
    let Some(body) = cx.service.blobs.read(pieces, cx.store().sealer(), customer).await? else { return Ok(None) };
    let mut output = GetObjectOutput {
        content_length: i64::try_from(len).ok(),
        content_range: wanted.map(|_| content_range(start, len, found.size)),
        parts_count: input.part_number.and_then(|_| parts_count(&found)),
        version_id: versions::shown(&bucket, &found),
        tag_count: tag_count(&found),
        ..describe(&found, input)
    };
    if input.checksum_mode == Some(ChecksumMode::Enabled) && wanted.is_none() {
        output.checksum_type = found.checksum.as_ref().map(Checksum::kind);
        show_checksum!(output, &found.checksum);
    }
    show_sealing!(output, &found);
    Ok(Some(Answer { output: output.into_wire(), body: Some(body), status: wanted.map(|_| 206) }))
}

/// First byte and length of what is wanted; none is the whole.
///
/// # Errors
/// `InvalidRange`, `InvalidPartNumber`, `InvalidRequest` where both are asked for.
pub fn wanted(found: &Object, header: Option<&str>, part: Option<i32>) -> Result<Option<(u64, u64)>, AwsError> {
    match (header, part) {
        (Some(_), Some(_)) => {
            Err(error::invalid_request("Cannot specify both Range header and partNumber query parameter"))
        }
        (header, None) => range(header, found.size),
        (None, Some(part)) => {
            let number = u32::try_from(part).ok().filter(|number| (1..=10_000).contains(number));
            let number = number.ok_or_else(|| {
                let message = "Part number must be an integer between 1 and 10000, inclusive";
                error::invalid_argument(message, "partNumber", &part.to_string())
            })?;
            found.part_range(number).map(Some).ok_or_else(error::no_such_part)
        }
    }
}

/// `Content-Range`; of nothing there is none to tell.
pub fn content_range(start: u64, len: u64, size: u64) -> String {
    match len {
        0 => format!("bytes */{size}"),
        len => format!("bytes {start}-{}/{size}", start + len - 1),
    }
}

/// `x-amz-mp-parts-count`: of what was uploaded in parts.
pub fn parts_count(found: &Object) -> Option<i32> {
    i32::try_from(found.parts.len()).ok().filter(|count| *count > 0)
}

/// `x-amz-tagging-count`.
pub fn tag_count(found: &Object) -> Option<i32> {
    i32::try_from(found.tags.len()).ok().filter(|count| *count > 0)
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
