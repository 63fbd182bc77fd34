//! GetObjectAttributes.

use aws_types::AwsError;
use model_s3::{
    Checksum as WireChecksum, GetObjectAttributesOutput, GetObjectAttributesParts, GetObjectAttributesRequest,
    ObjectAttributes, ObjectPart, StorageClass,
};

use super::get_object::parts_count;
use crate::Cx;
use crate::access::named;
use crate::checksum::{Checksum, show_checksum};
use crate::entity::Object;
use crate::uploads::customer_key;
use crate::{sealing, versions};

/// Parts of a page.
const MOST: usize = 1_000;

/// Tells what is asked of an object.
pub async fn get_object_attributes(
    cx: &Cx<'_>,
    input: GetObjectAttributesRequest,
) -> Result<GetObjectAttributesOutput, AwsError> {
    let customer = customer_key!(input)?;
    let (bucket, found) = cx.readable(named!(input)).await?;
    sealing::check(found.sealed(), customer.as_ref())?;
    let asks = |attribute: ObjectAttributes| input.object_attributes.contains(&attribute);
    Ok(GetObjectAttributesOutput {
        last_modified: Some(found.modified()),
        version_id: versions::shown(&bucket, &found),
        // Here the tag stands without quotes.
        e_tag: asks(ObjectAttributes::ETag).then(|| found.md5.clone()),
        checksum: found.checksum.as_ref().filter(|_| asks(ObjectAttributes::Checksum)).map(checksum),
        object_parts: parts_count(&found)
            .filter(|_| asks(ObjectAttributes::ObjectParts))
            .map(|total| parts(&found, total, input.part_number_marker, input.max_parts)),
        storage_class: asks(ObjectAttributes::StorageClass).then_some(StorageClass::Standard),
        object_size: asks(ObjectAttributes::ObjectSize).then(|| i64::try_from(found.size).ok()).flatten(),
        ..GetObjectAttributesOutput::default()
    })
}

fn checksum(kept: &Checksum) -> WireChecksum {
    let mut shown = WireChecksum { checksum_type: Some(kept.kind()), ..WireChecksum::default() };
    show_checksum!(shown, Some(kept));
    shown
}

fn parts(found: &Object, total: i32, marker: Option<i32>, most: Option<i32>) -> GetObjectAttributesParts {
    let limit = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(MOST).min(MOST);
    let marker = marker.and_then(|marker| u32::try_from(marker).ok()).unwrap_or(0);
    let mut shown: Vec<_> = found.parts.iter().filter(|part| part.number > marker).take(limit + 1).collect();
    let more = shown.len() > limit;
    shown.truncate(limit);
    let wire = |part: &&crate::entity::Part| {
        let mut wire = ObjectPart {
            part_number: i32::try_from(part.number).ok(),
            size: i64::try_from(part.size).ok(),
            ..ObjectPart::default()
        };
        show_checksum!(wire, &part.checksum);
        wire
    };
    GetObjectAttributesParts {
        total_parts_count: Some(total),
        part_number_marker: i32::try_from(marker).ok(),
        next_part_number_marker: shown.last().and_then(|last| i32::try_from(last.number).ok()),
        max_parts: i32::try_from(limit).ok(),
        is_truncated: Some(more),
        // As on AWS, parts are told one by one only where they bear checksums.
        parts: found.checksum.is_some().then(|| shown.iter().map(wire).collect()),
    }
}
