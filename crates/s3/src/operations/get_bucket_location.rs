//! GetBucketLocation: us-east-1 is told as nothing.

use aws_types::AwsError;
use aws_types::arn::DEFAULT_REGION;
use model_s3::{BucketLocationConstraint, GetBucketLocationOutput, GetBucketLocationRequest};

use crate::Cx;
use crate::table::owned_bucket;

/// Says where a bucket is.
pub async fn get_bucket_location(
    cx: &Cx<'_>,
    input: GetBucketLocationRequest,
) -> Result<GetBucketLocationOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let elsewhere = bucket.region != DEFAULT_REGION;
    let location_constraint = BucketLocationConstraint::parse(&bucket.region).filter(|_| elsewhere);
    Ok(GetBucketLocationOutput { location_constraint })
}
