//! DeleteBucketEncryption: back to SSE-S3, which is what every bucket has.

use aws_types::AwsError;
use model_s3::DeleteBucketEncryptionRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Resets the default sealing of a bucket's objects.
pub async fn delete_bucket_encryption(cx: &Cx<'_>, input: DeleteBucketEncryptionRequest) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |_| Ok(())).await
}
