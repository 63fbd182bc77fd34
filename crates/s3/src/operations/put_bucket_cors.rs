//! PutBucketCors.

use aws_types::AwsError;
use model_s3::PutBucketCorsRequest;

use crate::Cx;
use crate::cors::CorsRule;
use crate::table::change_bucket;

/// Replaces a bucket's rules for pages of other origins.
pub async fn put_bucket_cors(cx: &Cx<'_>, input: PutBucketCorsRequest) -> Result<(), AwsError> {
    let rules = CorsRule::read(input.cors_configuration.cors_rules)?;
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.cors.clone_from(&rules);
        Ok(())
    })
    .await
}
