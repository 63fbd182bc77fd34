//! CompleteMultipartUpload: the parts become an object, at once and without being copied.

use aws_types::AwsError;
use model_s3::{CompleteMultipartUploadOutput, CompleteMultipartUploadRequest, CompletedPart, ServerSideEncryption};

use crate::Cx;
use crate::checksum::{Checksum, named_checksums, show_checksum};
use crate::entity::{Object, Part, Permission};
use crate::multipart::{self, MAX_PARTS};
use crate::operations::put_object::conditions;
use crate::table::{UPLOADS, owned_bucket};
use crate::{error, versions};

/// The least size of a part that is not the last, in bytes.
const MIN_PART: u64 = 5 << 20;
/// Largest object: 5 TiB.
const MAX_OBJECT: u64 = 5 << 40;

/// Completes an upload. Parts that are not named go.
pub async fn complete_multipart_upload(
    cx: &Cx<'_>,
    input: CompleteMultipartUploadRequest,
) -> Result<CompleteMultipartUploadOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let upload = multipart::find(cx, &bucket, &input.key, &input.upload_id).await?;
    let named = input.multipart_upload.as_ref().and_then(|upload| upload.parts.as_deref()).unwrap_or_default();
    let (parts, unnamed) = chosen(multipart::parts(cx, &upload.id).await?, named)?;
    let checksum = multipart::checksum(&upload, &parts);
    check_checksum(&input, checksum.as_ref())?;
    let size = parts.iter().map(|part| part.size).sum::<u64>();
    if input.mpu_object_size.is_some_and(|wanted| u64::try_from(wanted) != Ok(size)) {
        return Err(error::invalid_request(
            "The provided 'x-amz-mp-object-size' header does not match what was computed.",
        ));
    }
    if size > MAX_OBJECT {
        return Err(error::object_too_large());
    }
    let (md5, modified_ms) = (multipart::etag(&parts), cx.call.now.ms());
    let object = Object { size, md5, checksum, parts, modified_ms, ..upload.object.clone() };
    let admits = |current: Option<&Object>| {
        conditions(current, input.if_match.as_deref(), input.if_none_match.as_deref(), &input.key)
    };
    // The upload goes in the same transaction: of two completions at once one finds it gone.
    let placed = versions::place(cx, &bucket, object.clone(), admits, |tx| UPLOADS.delete(tx, &upload)).await;
    let placed = match placed {
        // The parts stay with the upload where nothing came of it.
        Err(versions::Unnamed::Certainly(error) | versions::Unnamed::Perhaps(error)) => return Err(error),
        placed => cx.settle(placed, &[]).await?,
    };
    multipart::forget_parts(cx, &upload.id).await;
    cx.free(&unnamed).await;
    let mut output = CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, crate::entity::object::percent_encode(&input.key))),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(object.etag()),
        version_id: placed,
        checksum_type: object.checksum.as_ref().map(Checksum::kind),
        ..CompleteMultipartUploadOutput::default()
    };
    show_checksum!(output, &object.checksum);
    // This answer has no members for a customer's key.
    if object.sealed().is_some_and(|sealing| sealing.customer_md5.is_none()) {
        output.server_side_encryption = Some(ServerSideEncryption::Aes256);
    }
    Ok(output)
}

/// The parts that the request names, numbered anew, and the files of the others.
fn chosen(mut held: Vec<Part>, named: &[CompletedPart]) -> Result<(Vec<Part>, Vec<String>), AwsError> {
    if named.is_empty() || named.len() > MAX_PARTS {
        return Err(error::malformed_xml());
    }
    let mut chosen: Vec<Part> = Vec::with_capacity(named.len());
    for part in named {
        let number = part.part_number.and_then(|number| u32::try_from(number).ok()).ok_or_else(error::malformed_xml)?;
        if chosen.last().is_some_and(|last| last.number >= number) {
            return Err(error::invalid_part_order());
        }
        let at = held.iter().position(|held| held.number == number).ok_or_else(error::invalid_part)?;
        let found = held.remove(at);
        let tag = part.e_tag.as_deref().ok_or_else(error::malformed_xml)?;
        let sums = named_checksums!(part).read()?;
        let differs = |(algorithm, value): &(_, String)| {
            found.checksum.as_ref().is_some_and(|sum| sum.algorithm == *algorithm && sum.value != *value)
        };
        if tag.trim_matches('"') != found.md5 || sums.iter().any(differs) {
            return Err(error::invalid_part());
        }
        if let Some(small) = chosen.last().filter(|last| last.size < MIN_PART) {
            return Err(error::part_too_small(small.size));
        }
        chosen.push(found);
    }
    Ok((chosen, held.into_iter().map(|part| part.blob).collect()))
}

/// The checksum that the request says the whole has.
fn check_checksum(input: &CompleteMultipartUploadRequest, actual: Option<&Checksum>) -> Result<(), AwsError> {
    for (algorithm, value) in named_checksums!(input).read()? {
        let Some(actual) = actual.filter(|actual| actual.algorithm == algorithm) else { continue };
        let value = value.split('-').next().unwrap_or_default();
        if actual.value.split('-').next() != Some(value) {
            return Err(error::bad_checksum(algorithm.name()));
        }
    }
    Ok(())
}
