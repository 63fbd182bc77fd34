//! DeleteBucketPolicy.

use aws_types::AwsError;
use model_s3::DeleteBucketPolicyRequest;

use crate::{Cx, policy};

/// Takes a bucket's policy away; one that is not there is gone all the same.
pub async fn delete_bucket_policy(cx: &Cx<'_>, input: DeleteBucketPolicyRequest) -> Result<(), AwsError> {
    policy::set(cx, (&input.bucket, input.expected_bucket_owner.as_deref()), None).await
}
