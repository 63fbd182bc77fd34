//! GetBucketAcl.

use aws_types::AwsError;
use model_s3::{GetBucketAclOutput, GetBucketAclRequest, Owner};

use crate::Cx;
use crate::entity::Permission;
use crate::entity::acl::canonical_id;
use crate::error;
use crate::table::owned_bucket;

/// Tells a bucket's ACL.
pub async fn get_bucket_acl(cx: &Cx<'_>, input: GetBucketAclRequest) -> Result<GetBucketAclOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::ReadAcp) {
        return Err(error::access_denied());
    }
    let owner = Owner { id: Some(canonical_id(&cx.service.config.account)), display_name: None };
    Ok(GetBucketAclOutput { owner: Some(owner), grants: Some(bucket.value.acl.into_wire()) })
}
