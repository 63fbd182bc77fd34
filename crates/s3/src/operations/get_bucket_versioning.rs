//! GetBucketVersioning.

use aws_types::AwsError;
use model_s3::{BucketVersioningStatus, GetBucketVersioningOutput, GetBucketVersioningRequest};

use crate::Cx;
use crate::entity::Versioning;
use crate::table::owned_bucket;

/// Tells whether versions are kept; nothing where they never were.
pub async fn get_bucket_versioning(
    cx: &Cx<'_>,
    input: GetBucketVersioningRequest,
) -> Result<GetBucketVersioningOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let status = bucket.versioning.map(|versioning| match versioning {
        Versioning::Enabled => BucketVersioningStatus::Enabled,
        Versioning::Suspended => BucketVersioningStatus::Suspended,
    });
    Ok(GetBucketVersioningOutput { status, mfa_delete: None })
}
