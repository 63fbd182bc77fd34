//! PutBucketPolicy.

use aws_types::AwsError;
use model_s3::PutBucketPolicyRequest;

use crate::{Cx, policy};

/// Replaces a bucket's policy.
pub async fn put_bucket_policy(cx: &Cx<'_>, input: PutBucketPolicyRequest) -> Result<(), AwsError> {
    policy::set(cx, (&input.bucket, input.expected_bucket_owner.as_deref()), Some(&input.policy)).await
}
