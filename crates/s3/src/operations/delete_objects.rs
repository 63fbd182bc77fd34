//! DeleteObjects: up to 1,000 keys in one request.

use aws_types::AwsError;
use model_s3::{DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject, Error as Failed};

use crate::Cx;
use crate::error;
use crate::table::owned_bucket;

/// Keys in one request (S3 API reference).
const MAX_KEYS: usize = 1000;

/// Removes many objects; each succeeds or fails by itself.
pub async fn delete_objects(cx: &Cx<'_>, input: DeleteObjectsRequest) -> Result<DeleteObjectsOutput, AwsError> {
    if input.delete.objects.is_empty() || input.delete.objects.len() > MAX_KEYS {
        return Err(error::malformed_xml());
    }
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for (nth, object) in input.delete.objects.into_iter().enumerate() {
        let named = (object.key.as_str(), object.version_id.as_deref());
        let done = if cx.may_delete(&bucket, nth) {
            super::delete_object::remove(cx, &bucket, named, object.e_tag.as_deref()).await
        } else {
            Err(error::access_denied())
        };
        match done {
            Ok(done) => deleted.push(DeletedObject {
                delete_marker: done.marker.then_some(true),
                // What was made by this request, or what it named.
                delete_marker_version_id: done.version_id.filter(|_| done.marker),
                version_id: object.version_id,
                key: Some(object.key),
            }),
            Err(error) => errors.push(Failed {
                key: Some(object.key),
                version_id: object.version_id,
                code: Some(error.code.into_owned()),
                message: Some(error.message.into_owned()),
            }),
        }
    }
    let quiet = input.delete.quiet == Some(true);
    let deleted = if quiet { Vec::new() } else { deleted };
    Ok(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), request_charged: None })
}
