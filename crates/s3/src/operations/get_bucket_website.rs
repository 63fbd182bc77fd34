//! GetBucketWebsite.

use aws_types::AwsError;
use model_s3::{GetBucketWebsiteOutput, GetBucketWebsiteRequest};

use crate::Cx;
use crate::error;
use crate::table::owned_bucket;

/// Tells a bucket's website configuration.
pub async fn get_bucket_website(
    cx: &Cx<'_>,
    input: GetBucketWebsiteRequest,
) -> Result<GetBucketWebsiteOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let website = bucket.value.website.ok_or_else(|| error::no_website(&input.bucket))?;
    Ok(GetBucketWebsiteOutput {
        redirect_all_requests_to: website.redirect_all_requests_to,
        index_document: website.index_document,
        error_document: website.error_document,
        routing_rules: website.routing_rules,
    })
}
