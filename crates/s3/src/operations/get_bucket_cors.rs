//! GetBucketCors.

use aws_types::AwsError;
use model_s3::{GetBucketCorsOutput, GetBucketCorsRequest};

use crate::cors::CorsRule;
use crate::table::owned_bucket;
use crate::{Cx, error};

/// Tells a bucket's rules for pages of other origins.
pub async fn get_bucket_cors(cx: &Cx<'_>, input: GetBucketCorsRequest) -> Result<GetBucketCorsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    if bucket.cors.is_empty() {
        return Err(error::no_cors(&input.bucket));
    }
    Ok(GetBucketCorsOutput { cors_rules: Some(bucket.cors.iter().map(CorsRule::to_wire).collect()) })
}
