//! DeleteBucketTagging.

use aws_types::AwsError;
use model_s3::DeleteBucketTaggingRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Takes all tags off a bucket.
pub async fn delete_bucket_tagging(cx: &Cx<'_>, input: DeleteBucketTaggingRequest) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.tags.clear();
        Ok(())
    })
    .await
}
