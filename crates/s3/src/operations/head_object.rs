//! HeadObject.

use aws_types::wire::IntoWire as _;
use aws_types::{Answer, AwsError};
use model_s3::{ChecksumMode, HeadObjectOutput, HeadObjectRequest};

use super::get_object::{content_range, parts_count, tag_count, wanted};
use crate::Cx;
use crate::access::named;
use crate::checksum::{Checksum, show_checksum};
use crate::conditions::{Conditions, Outcome};
use crate::entity::Object;
use crate::uploads::{customer_key, show_sealing};
use crate::{sealing, versions};

/// Tells an object's head.
pub async fn head_object(cx: &Cx<'_>, input: HeadObjectRequest) -> Result<Answer, AwsError> {
    let customer = customer_key!(input)?;
    let (bucket, found) = cx.readable(named!(input)).await?;
    sealing::check(found.sealed(), customer.as_ref())?;
    let conditions = Conditions {
        if_match: input.if_match.as_deref(),
        if_none_match: input.if_none_match.as_deref(),
        if_modified_since: input.if_modified_since,
        if_unmodified_since: input.if_unmodified_since,
    };
    if conditions.judge(&found)? == Outcome::NotModified {
        return Ok(Answer { output: describe(&found).into_wire(), body: None, status: Some(304) });
    }
    let wanted = wanted(&found, input.range.as_deref(), input.part_number)?;
    let (start, len) = wanted.unwrap_or((0, found.size));
    let mut output = HeadObjectOutput {
        content_length: i64::try_from(len).ok(),
        content_range: wanted.map(|_| content_range(start, len, found.size)),
        parts_count: input.part_number.and_then(|_| parts_count(&found)),
        version_id: versions::shown(&bucket, &found),
        tag_count: tag_count(&found),
        ..describe(&found)
    };
    if input.checksum_mode == Some(ChecksumMode::Enabled) && wanted.is_none() {
        output.checksum_type = found.checksum.as_ref().map(Checksum::kind);
        show_checksum!(output, &found.checksum);
    }
    show_sealing!(output, &found);
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
