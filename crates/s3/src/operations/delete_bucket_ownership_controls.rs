//! DeleteBucketOwnershipControls: ACLs count afterwards.

use aws_types::AwsError;
use model_s3::DeleteBucketOwnershipControlsRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Removes a bucket's object ownership setting.
pub async fn delete_bucket_ownership_controls(
    cx: &Cx<'_>,
    input: DeleteBucketOwnershipControlsRequest,
) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.ownership = None;
        Ok(())
    })
    .await
}
