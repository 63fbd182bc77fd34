//! DeleteBucket: only an empty one.

use aws_types::AwsError;
use model_s3::DeleteBucketRequest;
use store::{StoreError, Tx};

use crate::Cx;
use crate::error;
use crate::table::{BUCKETS, OBJECTS, objects_pk, owned_bucket};

/// Removes a bucket. An object that is put at the same moment goes with it: it hangs on the bucket's own id.
pub async fn delete_bucket(cx: &Cx<'_>, input: DeleteBucketRequest) -> Result<(), AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    if !OBJECTS.list(cx.store(), &objects_pk(&bucket), "", None, 1).await?.is_empty() {
        return Err(error::bucket_not_empty(&input.bucket));
    }
    let mut tx = Tx::new();
    BUCKETS.delete(&mut tx, &bucket);
    match cx.store().commit(tx).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict) => Err(error::conflict()),
        Err(other) => Err(other.into()),
    }
}
