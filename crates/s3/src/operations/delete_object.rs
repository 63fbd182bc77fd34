//! DeleteObject: one that is not there is deleted all the same. Where versions are kept, a marker is put on top of them,
//! or one version is deleted for good.

use aws_types::AwsError;
use model_s3::{DeleteObjectOutput, DeleteObjectRequest};
use store::Versioned;

use crate::Cx;
use crate::entity::{Bucket, Permission};
use crate::error;
use crate::table::owned_bucket;
use crate::versions::{self, Deleted};

/// Removes an object.
pub async fn delete_object(cx: &Cx<'_>, input: DeleteObjectRequest) -> Result<DeleteObjectOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let deleted = remove(cx, &bucket, (&input.key, input.version_id.as_deref()), input.if_match.as_deref()).await?;
    Ok(DeleteObjectOutput {
        delete_marker: deleted.marker.then_some(true),
        version_id: deleted.version_id,
        request_charged: None,
    })
}

/// Removes the object, or a version, and then its content.
pub async fn remove(
    cx: &Cx<'_>,
    bucket: &Versioned<Bucket>,
    (key, version): (&str, Option<&str>),
    if_match: Option<&str>,
) -> Result<Deleted, AwsError> {
    let deleted = match version {
        Some(version) => versions::delete_version(cx, bucket, key, version).await?,
        None => {
            let admits = |current: Option<&crate::entity::Object>| match (if_match, current) {
                (Some(tag), Some(current)) if tag != "*" && tag.trim_matches('"') != current.md5 => {
                    Err(error::precondition_failed("If-Match"))
                }
                _ => Ok(()),
            };
            versions::delete(cx, bucket, key, admits).await?
        }
    };
    cx.free(&deleted.freed).await;
    Ok(deleted)
}
