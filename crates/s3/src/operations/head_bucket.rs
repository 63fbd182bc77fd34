//! HeadBucket.

use aws_types::AwsError;
use model_s3::{HeadBucketOutput, HeadBucketRequest};

use crate::Cx;
use crate::entity::Permission;
use crate::error;
use crate::table::owned_bucket;

/// Says that a bucket is there, and where.
pub async fn head_bucket(cx: &Cx<'_>, input: HeadBucketRequest) -> Result<HeadBucketOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Read) {
        return Err(error::access_denied());
    }
    Ok(HeadBucketOutput { bucket_region: Some(bucket.region.clone()), ..HeadBucketOutput::default() })
}
