//! GetBucketOwnershipControls.

use aws_types::AwsError;
use model_s3::{
    GetBucketOwnershipControlsOutput, GetBucketOwnershipControlsRequest, ObjectOwnership, OwnershipControls,
    OwnershipControlsRule,
};

use crate::Cx;
use crate::entity::Ownership;
use crate::error;
use crate::table::owned_bucket;

/// Tells a bucket's object ownership.
pub async fn get_bucket_ownership_controls(
    cx: &Cx<'_>,
    input: GetBucketOwnershipControlsRequest,
) -> Result<GetBucketOwnershipControlsOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let object_ownership = match bucket.ownership.ok_or_else(|| error::no_ownership_controls(&input.bucket))? {
        Ownership::BucketOwnerPreferred => ObjectOwnership::BucketOwnerPreferred,
        Ownership::ObjectWriter => ObjectOwnership::ObjectWriter,
        Ownership::BucketOwnerEnforced => ObjectOwnership::BucketOwnerEnforced,
    };
    let controls = OwnershipControls { rules: vec![OwnershipControlsRule { object_ownership }] };
    Ok(GetBucketOwnershipControlsOutput { ownership_controls: Some(controls) })
}
