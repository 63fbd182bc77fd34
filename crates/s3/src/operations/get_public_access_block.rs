//! GetPublicAccessBlock.

use aws_types::AwsError;
use model_s3::{GetPublicAccessBlockOutput, GetPublicAccessBlockRequest, PublicAccessBlockConfiguration};

use crate::Cx;
use crate::error;
use crate::table::owned_bucket;

/// Tells a bucket's blocks on public access.
pub async fn get_public_access_block(
    cx: &Cx<'_>,
    input: GetPublicAccessBlockRequest,
) -> Result<GetPublicAccessBlockOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let block = bucket.public_access_block.ok_or_else(|| error::no_public_access_block(&input.bucket))?;
    let told = PublicAccessBlockConfiguration {
        block_public_acls: Some(block.block_public_acls),
        ignore_public_acls: Some(block.ignore_public_acls),
        block_public_policy: Some(block.block_public_policy),
        restrict_public_buckets: Some(block.restrict_public_buckets),
    };
    Ok(GetPublicAccessBlockOutput { public_access_block_configuration: Some(told) })
}
