//! ListObjectVersions: all versions and delete markers, by key, newest first.

use aws_types::AwsError;
use model_s3::{
    CommonPrefix, DeleteMarkerEntry, ListObjectVersionsOutput, ListObjectVersionsRequest, ObjectVersion,
    ObjectVersionStorageClass,
};

use super::list_objects::encoded;
use super::list_objects_v2::{MAX_KEYS, limit, owner};
use crate::Cx;
use crate::entity::{Object, Permission};
use crate::error;
use crate::table::owned_bucket;
use crate::version_listing::{Entry, Listing, Marker};

/// Lists a bucket's versions.
pub async fn list_object_versions(
    cx: &Cx<'_>,
    input: ListObjectVersionsRequest,
) -> Result<ListObjectVersionsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Read) {
        return Err(error::access_denied());
    }
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (key_marker, version_marker) = (given(&input.key_marker), given(&input.version_id_marker));
    if version_marker.is_some() && key_marker.is_none() {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(error::invalid_argument(message, "version-id-marker", &version_marker.unwrap_or_default()));
    }
    let (prefix, delimiter) = (input.prefix.clone().unwrap_or_default(), given(&input.delimiter));
    let listing = Listing {
        prefix: &prefix,
        delimiter: delimiter.as_deref(),
        after: key_marker.map(|key| Marker { key, version: version_marker }),
        limit: limit(input.max_keys)?,
    };
    let page = listing.run(cx, &bucket).await?;
    let encode = |text: String| encoded(input.encoding_type, text);
    let (mut versions, mut markers, mut prefixes) = (Vec::new(), Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::Prefix(prefix) => prefixes.push(CommonPrefix { prefix: Some(encode(prefix)) }),
            Entry::Version { object, latest, marker: true } => markers.push(DeleteMarkerEntry {
                owner: Some(owner(cx)),
                key: Some(encode(object.key.clone())),
                version_id: Some(object.version().to_owned()),
                is_latest: Some(latest),
                last_modified: Some(object.modified()),
            }),
            Entry::Version { object, latest, marker: false } => {
                let key = Some(encode(object.key.clone()));
                versions.push(ObjectVersion { key, is_latest: Some(latest), owner: Some(owner(cx)), ..wire(&object) });
            }
        }
    }
    Ok(ListObjectVersionsOutput {
        is_truncated: Some(page.next.is_some()),
        key_marker: Some(encode(input.key_marker.unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
        next_version_id_marker: page.next.as_ref().and_then(|next| next.version.clone()),
        next_key_marker: page.next.map(|next| encode(next.key)),
        versions: Some(versions),
        delete_markers: Some(markers),
        name: Some(input.bucket),
        prefix: Some(encode(prefix)),
        delimiter: delimiter.map(&encode),
        max_keys: Some(input.max_keys.unwrap_or(MAX_KEYS)),
        common_prefixes: Some(prefixes),
        encoding_type: input.encoding_type,
        request_charged: None,
    })
}

fn wire(object: &Object) -> ObjectVersion {
    ObjectVersion {
        e_tag: Some(object.etag()),
        size: i64::try_from(object.size).ok(),
        storage_class: Some(ObjectVersionStorageClass::Standard),
        version_id: Some(object.version().to_owned()),
        last_modified: Some(object.modified()),
        ..ObjectVersion::default()
    }
}
