//! GetBucketPolicy.

use aws_types::AwsError;
use model_s3::{GetBucketPolicyOutput, GetBucketPolicyRequest};

use crate::blobs::{LOOKS, lost};
use crate::table::owned_bucket;
use crate::{Cx, error, policy};

/// Tells a bucket's policy as it was put.
pub async fn get_bucket_policy(cx: &Cx<'_>, input: GetBucketPolicyRequest) -> Result<GetBucketPolicyOutput, AwsError> {
    for _ in 0..LOOKS {
        let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
        cx.owner_only()?;
        let mark = bucket.policy.as_deref().ok_or_else(|| error::no_policy(&input.bucket))?;
        // Not there: it was replaced since.
        if let Some(text) = policy::document(cx.store(), mark).await? {
            return Ok(GetBucketPolicyOutput { policy: Some(text) });
        }
    }
    Err(lost())
}
