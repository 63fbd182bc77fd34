//! GetObjectAcl.

use aws_types::AwsError;
use model_s3::{GetObjectAclOutput, GetObjectAclRequest, Owner};

use crate::Cx;
use crate::entity::Permission;
use crate::entity::acl::canonical_id;
use crate::error;
use crate::table::{object, owned_bucket};

/// Tells an object's ACL.
pub async fn get_object_acl(cx: &Cx<'_>, input: GetObjectAclRequest) -> Result<GetObjectAclOutput, AwsError> {
    if input.version_id.is_some() {
        return Err(error::not_implemented("versionId"));
    }
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    let Some(found) = object(cx.store(), &bucket, &input.key).await? else {
        return Err(cx.missing(&bucket, &input.key));
    };
    if !cx.may_object(&bucket, &found, Permission::ReadAcp) {
        return Err(error::access_denied());
    }
    let owner = Owner { id: Some(canonical_id(&cx.service.config.account)), display_name: None };
    Ok(GetObjectAclOutput { owner: Some(owner), grants: Some(found.value.acl.into_wire()), request_charged: None })
}
