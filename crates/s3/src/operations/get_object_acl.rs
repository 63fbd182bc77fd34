//! GetObjectAcl.

use aws_types::AwsError;
use model_s3::{GetObjectAclOutput, GetObjectAclRequest, Owner};

use crate::Cx;
use crate::entity::Permission;
use crate::entity::acl::canonical_id;
use crate::error;
use crate::table::owned_bucket;
use crate::versions;

/// Tells an object's ACL.
pub async fn get_object_acl(cx: &Cx<'_>, input: GetObjectAclRequest) -> Result<GetObjectAclOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    let found = versions::find(cx, &bucket, &input.key, input.version_id.as_deref()).await?;
    let found = found.ok_or_else(|| cx.missing(&bucket, &input.key))?.into_object()?;
    if !cx.may_object(&bucket, &found, Permission::ReadAcp) {
        return Err(error::access_denied());
    }
    let owner = Owner { id: Some(canonical_id(&cx.service.config.account)), display_name: None };
    Ok(GetObjectAclOutput { owner: Some(owner), grants: Some(found.acl.into_wire()), request_charged: None })
}
