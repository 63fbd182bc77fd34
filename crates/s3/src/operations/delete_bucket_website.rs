//! DeleteBucketWebsite: also where there is none.

use aws_types::AwsError;
use model_s3::DeleteBucketWebsiteRequest;

use crate::Cx;
use crate::table::change_bucket;

/// Makes a bucket no website any more.
pub async fn delete_bucket_website(cx: &Cx<'_>, input: DeleteBucketWebsiteRequest) -> Result<(), AwsError> {
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.website = None;
        Ok(())
    })
    .await
}
