//! PutPublicAccessBlock: a member that is left out is false.

use aws_types::AwsError;
use model_s3::PutPublicAccessBlockRequest;

use crate::Cx;
use crate::entity::PublicAccessBlock;
use crate::table::change_bucket;

/// Sets a bucket's blocks on public access.
pub async fn put_public_access_block(cx: &Cx<'_>, input: PutPublicAccessBlockRequest) -> Result<(), AwsError> {
    let wanted = input.public_access_block_configuration;
    let block = PublicAccessBlock {
        block_public_acls: wanted.block_public_acls.unwrap_or(false),
        ignore_public_acls: wanted.ignore_public_acls.unwrap_or(false),
        block_public_policy: wanted.block_public_policy.unwrap_or(false),
        restrict_public_buckets: wanted.restrict_public_buckets.unwrap_or(false),
    };
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.public_access_block = Some(block);
        Ok(())
    })
    .await
}
