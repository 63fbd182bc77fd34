//! DeleteBucketCors.

use aws_types::AwsError;
use model_s3::DeleteBucketCorsRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Takes away a bucket's rules for pages of other origins.
pub async fn delete_bucket_cors(cx: &Cx<'_>, input: DeleteBucketCorsRequest) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.cors.clear();
        Ok(())
    })
    .await
}
