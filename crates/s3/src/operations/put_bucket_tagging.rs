//! PutBucketTagging.

use aws_types::AwsError;
use model_s3::PutBucketTaggingRequest;

use crate::table::change_bucket;
use crate::{Cx, tagging};

/// Replaces a bucket's tags.
pub async fn put_bucket_tagging(cx: &Cx<'_>, input: PutBucketTaggingRequest) -> Result<(), AwsError> {
    let tags = tagging::read(input.tagging.tag_set, tagging::OF_BUCKET)?;
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.tags.clone_from(&tags);
        Ok(())
    })
    .await
}
