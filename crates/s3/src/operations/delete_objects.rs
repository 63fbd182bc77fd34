//! DeleteObjects: up to 1,000 keys in one request.

use aws_types::AwsError;
use model_s3::{DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject, Error as Failed};

use crate::Cx;
use crate::entity::Permission;
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
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in input.delete.objects {
        let removed = match object.version_id {
            Some(_) => Err(error::not_implemented("VersionId")),
            None => super::delete_object::remove(cx, &bucket, &object.key, object.e_tag.as_deref()).await,
        };
        match removed {
            Ok(()) => deleted.push(DeletedObject { key: Some(object.key), ..DeletedObject::default() }),
            Err(error) => errors.push(Failed {
                key: Some(object.key),
                code: Some(error.code.into_owned()),
                message: Some(error.message.into_owned()),
                ..Failed::default()
            }),
        }
    }
    let quiet = input.delete.quiet == Some(true);
    let deleted = if quiet { Vec::new() } else { deleted };
    Ok(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), request_charged: None })
}
