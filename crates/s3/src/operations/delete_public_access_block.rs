//! DeletePublicAccessBlock: nothing is blocked afterwards.

use aws_types::AwsError;
use model_s3::DeletePublicAccessBlockRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Removes a bucket's blocks on public access.
pub async fn delete_public_access_block(cx: &Cx<'_>, input: DeletePublicAccessBlockRequest) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.public_access_block = None;
        Ok(())
    })
    .await
}
