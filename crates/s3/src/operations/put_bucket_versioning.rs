//! PutBucketVersioning.

use aws_types::AwsError;
use model_s3::{BucketVersioningStatus, MFADelete, PutBucketVersioningRequest};

use crate::Cx;
use crate::entity::Versioning;
use crate::error;
use crate::table::change_bucket;

/// Switches versions on, or suspends them. Off for good they never are again.
pub async fn put_bucket_versioning(cx: &Cx<'_>, input: PutBucketVersioningRequest) -> Result<(), AwsError> {
    if input.mfa.is_some() || input.versioning_configuration.mfa_delete == Some(MFADelete::Enabled) {
        return Err(error::not_implemented("x-amz-mfa"));
    }
    let versioning = match input.versioning_configuration.status {
        Some(BucketVersioningStatus::Enabled) => Versioning::Enabled,
        Some(BucketVersioningStatus::Suspended) => Versioning::Suspended,
        None => return Err(error::illegal_versioning()),
    };
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.versioning = Some(versioning);
        Ok(())
    })
    .await
}
