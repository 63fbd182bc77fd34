//! DeleteObject: one that is not there is deleted all the same.

use aws_types::AwsError;
use model_s3::{DeleteObjectOutput, DeleteObjectRequest};
use store::{StoreError, Tx};

use crate::Cx;
use crate::entity::{Bucket, Permission};
use crate::error;
use crate::table::{OBJECTS, object, owned_bucket};

/// Removes an object.
pub async fn delete_object(cx: &Cx<'_>, input: DeleteObjectRequest) -> Result<DeleteObjectOutput, AwsError> {
    if input.version_id.is_some() {
        return Err(error::not_implemented("versionId"));
    }
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    remove(cx, &bucket, &input.key, input.if_match.as_deref()).await?;
    Ok(DeleteObjectOutput::default())
}

/// Removes the object and then its content.
pub async fn remove(cx: &Cx<'_>, bucket: &Bucket, key: &str, if_match: Option<&str>) -> Result<(), AwsError> {
    for _ in 0..16 {
        let Some(current) = object(cx.store(), bucket, key).await? else { return Ok(()) };
        if if_match.is_some_and(|tag| tag != "*" && tag.trim_matches('"') != current.md5) {
            return Err(error::precondition_failed("If-Match"));
        }
        let mut tx = Tx::new();
        OBJECTS.delete(&mut tx, &current);
        match cx.store().commit(tx).await {
            Ok(_) => {
                cx.service.blobs.remove(&current.blob).await;
                return Ok(());
            }
            Err(StoreError::Conflict) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(error::conflict())
}
