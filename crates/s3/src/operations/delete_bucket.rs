//! DeleteBucket: only an empty one.

use aws_types::AwsError;
use model_s3::DeleteBucketRequest;
use store::{StoreError, Tx};

use crate::Cx;
use crate::error;
use crate::table::{BUCKETS, OBJECTS, VERSIONS, objects_pk, owned_bucket, versions_pk};

/// Removes a bucket. An object that is put at the same moment goes with it: it hangs on the bucket's own id.
pub async fn delete_bucket(cx: &Cx<'_>, input: DeleteBucketRequest) -> Result<(), AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let no_object = OBJECTS.list(cx.store(), &objects_pk(&bucket), "", None, 1).await?.is_empty();
    let no_version = VERSIONS.list(cx.store(), &versions_pk(&bucket), "", None, 1).await?.is_empty();
    if !(no_object && no_version) {
        return Err(error::bucket_not_empty(&input.bucket));
    }
    let mut tx = Tx::new();
    crate::policy::forget(cx.store(), &mut tx, &bucket).await?;
    BUCKETS.delete(&mut tx, &bucket);
    match cx.store().commit(tx).await {
        Ok(_) => {
            // Nobody can complete or abort them any more.
            cx.drop_uploads(&bucket).await;
            Ok(())
        }
        Err(StoreError::Conflict) => Err(error::conflict()),
        Err(other) => Err(other.into()),
    }
}
