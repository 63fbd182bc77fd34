//! HeadObject.

use aws_types::wire::IntoWire as _;
use aws_types::{Answer, AwsError};
use model_s3::{HeadObjectOutput, HeadObjectRequest};

use super::get_object::refuse_unbuilt;
use crate::Cx;
use crate::conditions::{Conditions, Outcome, range};
use crate::entity::Object;

/// Tells an object's head.
pub async fn head_object(cx: &Cx<'_>, input: HeadObjectRequest) -> Result<Answer, AwsError> {
    refuse_unbuilt(input.version_id.is_some(), input.part_number.is_some(), input.sse_customer_algorithm.is_some())?;
    let found = cx.readable(&input.bucket, &input.key, input.expected_bucket_owner.as_deref()).await?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    if conditions.judge(&found)? == Outcome::NotModified {
        return Ok(Answer { output: describe(&found).into_wire(), body: None, status: Some(304) });
    }
    let wanted = range(input.range.as_deref(), found.size)?;
    let (start, len) = wanted.unwrap_or((0, found.size));
    let output = HeadObjectOutput {
        content_length: i64::try_from(len).ok(),
        content_range: wanted.map(|_| format!("bytes {start}-{}/{}", start + len - 1, found.size)),
        ..describe(&found)
    };
    Ok(Answer { output: output.into_wire(), body: None, status: wanted.map(|_| 206) })
}

fn describe(object: &Object) -> HeadObjectOutput {
    HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        last_modified: Some(object.modified()),
        e_tag: Some(object.etag()),
        cache_control: object.headers.cache_control.clone(),
        content_disposition: object.headers.content_disposition.clone(),
        content_encoding: object.headers.content_encoding.clone(),
        content_language: object.headers.content_language.clone(),
        content_type: Some(object.content_type.clone()),
        expires: object.headers.expires.clone(),
        website_redirect_location: object.headers.website_redirect_location.clone(),
        metadata: Some(object.metadata.clone()),
        ..HeadObjectOutput::default()
    }
}
