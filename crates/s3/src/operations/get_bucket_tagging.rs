//! GetBucketTagging.

use aws_types::AwsError;
use model_s3::{GetBucketTaggingOutput, GetBucketTaggingRequest};

use crate::table::owned_bucket;
use crate::{Cx, error, tagging};

/// Tells a bucket's tags.
pub async fn get_bucket_tagging(
    cx: &Cx<'_>,
    input: GetBucketTaggingRequest,
) -> Result<GetBucketTaggingOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    if bucket.tags.is_empty() {
        return Err(error::no_tag_set(&input.bucket));
    }
    Ok(GetBucketTaggingOutput { tag_set: Some(tagging::show(&bucket.tags)) })
}
