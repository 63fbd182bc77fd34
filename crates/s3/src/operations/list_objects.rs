//! ListObjects, the first version: pages go on from a key in plain sight.

use aws_types::AwsError;
use model_s3::{CommonPrefix, EncodingType, ListObjectsOutput, ListObjectsRequest, Object as WireObject};

use super::list_objects_v2::{Listing, MAX_KEYS, limit, owner, wire};
use crate::Cx;
use crate::entity::Permission;
use crate::error;
use crate::table::owned_bucket;

/// Lists a bucket.
pub async fn list_objects(cx: &Cx<'_>, input: ListObjectsRequest) -> Result<ListObjectsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Read) {
        return Err(error::access_denied());
    }
    let prefix = input.prefix.clone().unwrap_or_default();
    let delimiter = input.delimiter.clone().filter(|d| !d.is_empty());
    let after = input.marker.clone().filter(|marker| !marker.is_empty());
    let listing = Listing { prefix: &prefix, delimiter: delimiter.as_deref(), after, limit: limit(input.max_keys)? };
    let page = listing.run(cx, &bucket).await?;
    let encode = |text: String| encoded(input.encoding_type, text);
    let owner = owner(cx);
    Ok(ListObjectsOutput {
        is_truncated: Some(page.next.is_some()),
        name: Some(input.bucket),
        prefix: Some(encode(prefix)),
        marker: Some(encode(input.marker.unwrap_or_default())),
        // Without a delimiter the client goes on from the last key it saw.
        next_marker: page.next.filter(|_| delimiter.is_some()).map(&encode),
        delimiter: delimiter.map(&encode),
        max_keys: Some(input.max_keys.unwrap_or(MAX_KEYS)),
        encoding_type: input.encoding_type,
        common_prefixes: Some(page.prefixes.into_iter().map(|p| CommonPrefix { prefix: Some(encode(p)) }).collect()),
        contents: Some(
            page.objects
                .into_iter()
                .map(|object| WireObject {
                    owner: Some(owner.clone()),
                    key: Some(encode(object.key.clone())),
                    ..wire(&object)
                })
                .collect(),
        ),
        request_charged: None,
    })
}

/// `encoding-type=url`: keys may hold what XML cannot.
pub fn encoded(asked: Option<EncodingType>, text: String) -> String {
    match asked {
        Some(EncodingType::Url) => crate::entity::object::percent_encode(&text),
        None => text,
    }
}
