//! PutBucketOwnershipControls: exactly one rule.

use aws_types::AwsError;
use model_s3::PutBucketOwnershipControlsRequest;

use crate::Cx;
use crate::entity::Ownership;
use crate::error;
use crate::table::change_bucket;

/// Sets a bucket's object ownership.
pub async fn put_bucket_ownership_controls(
    cx: &Cx<'_>,
    input: PutBucketOwnershipControlsRequest,
) -> Result<(), AwsError> {
    let [rule] = input.ownership_controls.rules.as_slice() else { return Err(error::malformed_xml()) };
    let ownership = super::ownership(rule.object_ownership);
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        // A public list would silently stop to count (S3 user guide, "Prerequisites for disabling ACLs").
        if ownership == Ownership::BucketOwnerEnforced && bucket.acl.is_public() {
            let message = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
            return Err(AwsError::sender("InvalidBucketAclWithObjectOwnership", 400, message));
        }
        bucket.ownership = Some(ownership);
        Ok(())
    })
    .await
}
