//! UploadPartCopy: a part out of an object that is here already.

use aws_types::AwsError;
use model_s3::{CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest};

use super::copy_object::{Source, source_key};
use crate::Cx;
use crate::checksum::{Checks, show_checksum};
use crate::conditions::{Conditions, range};
use crate::entity::{Object, Permission};
use crate::multipart;
use crate::table::owned_bucket;
use crate::uploads::{customer_key, show_sealing};
use crate::{error, versions};

/// Largest part (S3 user guide, "Amazon S3 multipart upload limits"): 5 GiB.
const MAX_PART: u64 = 5 << 30;

/// Copies a part.
pub async fn upload_part_copy(cx: &Cx<'_>, input: UploadPartCopyRequest) -> Result<UploadPartCopyOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let number = multipart::number(input.part_number)?;
    let upload = multipart::find(cx, &bucket, &input.key, &input.upload_id).await?;
    let customer = customer_key!(input)?;
    multipart::check_key(&upload, customer.as_ref())?;
    let conditions = Conditions {
        if_match: input.copy_source_if_match.as_deref(),
        if_none_match: input.copy_source_if_none_match.as_deref(),
        if_modified_since: input.copy_source_if_modified_since,
        if_unmodified_since: input.copy_source_if_unmodified_since,
    };
    let opener = source_key!(input)?;
    let by = (opener.as_ref(), input.expected_source_bucket_owner.as_deref());
    let source = Source::read(&input.copy_source)?;
    let wanted = |found: &Object| part_of(found, input.copy_source_range.as_deref());
    let (from, found, content) = source.open(cx, &conditions, by, wanted).await?;
    *cx.body.lock() = Some(content);
    let written = cx.write(customer.as_ref(), Checks::computing(upload.algorithm)).await?;
    let part = multipart::put(cx, &upload, number, written).await?;
    let mut copied = CopyPartResult {
        e_tag: Some(format!("\"{}\"", part.md5)),
        last_modified: Some(cx.call.now),
        ..CopyPartResult::default()
    };
    show_checksum!(copied, &part.checksum);
    let mut output = UploadPartCopyOutput {
        copy_part_result: Some(copied),
        copy_source_version_id: versions::shown(&from, &found),
        ..UploadPartCopyOutput::default()
    };
    show_sealing!(output, multipart::SealedPart(&part));
    Ok(output)
}

/// `x-amz-copy-source-range` must lie within the source, whole.
fn part_of(found: &Object, header: Option<&str>) -> Result<(u64, u64), AwsError> {
    let Some(header) = header else { return bounded((0, found.size)) };
    let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                   zero-based offsets of the first and last bytes to copy";
    let invalid = || error::invalid_argument(message, "x-amz-copy-source-range", header);
    let (first, last) = header.strip_prefix("bytes=").and_then(|spec| spec.split_once('-')).ok_or_else(invalid)?;
    let last = last.parse::<u64>().map_err(|_| invalid())?;
    if first.parse::<u64>().is_err() || last >= found.size {
        return Err(invalid());
    }
    bounded(range(Some(header), found.size)?.ok_or_else(invalid)?)
}

fn bounded((start, len): (u64, u64)) -> Result<(u64, u64), AwsError> {
    if len > MAX_PART { Err(error::object_too_large()) } else { Ok((start, len)) }
}
