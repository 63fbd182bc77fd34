//! ListParts.

use aws_types::AwsError;
use model_s3::{Initiator, ListPartsOutput, ListPartsRequest, Part as WirePart, StorageClass};

use super::create_multipart_upload::kind;
use super::list_objects_v2::owner;
use crate::Cx;
use crate::checksum::{Algorithm, show_checksum};
use crate::error;
use crate::multipart;
use crate::table::owned_bucket;

/// Parts of a page.
const MOST: usize = 1_000;

/// Lists the parts of an upload.
pub async fn list_parts(cx: &Cx<'_>, input: ListPartsRequest) -> Result<ListPartsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let upload = multipart::find(cx, &bucket, &input.key, &input.upload_id).await?;
    let limit = match input.max_parts {
        None => MOST,
        Some(asked) => usize::try_from(asked).map_err(|_| {
            let message = "Argument max-parts must be an integer between 0 and 2147483647";
            error::invalid_argument(message, "max-parts", &asked.to_string())
        })?,
    };
    let limit = limit.min(MOST);
    let marker = input.part_number_marker.and_then(|marker| u32::try_from(marker).ok()).unwrap_or(0);
    let after = multipart::parts(cx, &upload.id).await?.into_iter().filter(|part| part.number > marker);
    let mut parts: Vec<_> = after.take(limit + 1).collect();
    let more = parts.len() > limit;
    parts.truncate(limit);
    let owner = owner(cx);
    Ok(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(input.part_number_marker.unwrap_or(0)),
        next_part_number_marker: parts.last().and_then(|last| i32::try_from(last.number).ok()).or(Some(0)),
        max_parts: i32::try_from(limit).ok(),
        is_truncated: Some(more),
        parts: Some(parts.iter().map(wire).collect()),
        initiator: Some(Initiator { id: owner.id.clone(), display_name: None }),
        owner: Some(owner),
        storage_class: Some(StorageClass::Standard),
        checksum_algorithm: upload.algorithm.map(Algorithm::to_wire),
        checksum_type: upload.algorithm.map(|_| kind(upload.composite)),
        ..ListPartsOutput::default()
    })
}

fn wire(part: &crate::entity::Part) -> WirePart {
    let mut shown = WirePart {
        part_number: i32::try_from(part.number).ok(),
        last_modified: Some(aws_types::Timestamp::from_ms(part.modified_ms)),
        e_tag: Some(format!("\"{}\"", part.md5)),
        size: i64::try_from(part.size).ok(),
        ..WirePart::default()
    };
    show_checksum!(shown, &part.checksum);
    shown
}
