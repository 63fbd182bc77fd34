//! GetBucketPolicyStatus.

use aws_types::AwsError;
use model_s3::{GetBucketPolicyStatusOutput, GetBucketPolicyStatusRequest, PolicyStatus};

use crate::table::owned_bucket;
use crate::{Cx, error};

/// Tells whether a bucket's policy is public.
pub async fn get_bucket_policy_status(
    cx: &Cx<'_>,
    input: GetBucketPolicyStatusRequest,
) -> Result<GetBucketPolicyStatusOutput, AwsError> {
    owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let policy = cx.service.bucket_policy(&input.bucket).await?.ok_or_else(|| error::no_policy(&input.bucket))?;
    let is_public = Some(policy.policy().is_public());
    Ok(GetBucketPolicyStatusOutput { policy_status: Some(PolicyStatus { is_public }) })
}
