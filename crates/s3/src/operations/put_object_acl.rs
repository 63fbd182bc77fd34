//! PutObjectAcl: canned, by headers, or as a document.

use aws_types::AwsError;
use model_s3::{PutObjectAclOutput, PutObjectAclRequest};
use store::{StoreError, Tx};

use super::put_bucket_acl::unexpected_content;
use crate::Cx;
use crate::access::{Given, admissible};
use crate::entity::Acl;
use crate::entity::acl::grant_headers;
use crate::error;
use crate::table::{BLOB_INDEX, OBJECTS, object, owned_bucket};

/// Replaces an object's ACL.
pub async fn put_object_acl(cx: &Cx<'_>, input: PutObjectAclRequest) -> Result<PutObjectAclOutput, AwsError> {
    if input.version_id.is_some() {
        return Err(error::not_implemented("versionId"));
    }
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let (acl, given) = requested(cx, &input)?;
    let acl = admissible(&bucket, acl, given)?;
    for _ in 0..8 {
        let current = object(cx.store(), &bucket, &input.key).await?.ok_or_else(|| error::no_such_key(&input.key))?;
        let mut changed = current.value.clone();
        changed.acl = acl.clone();
        let mut tx = Tx::new();
        OBJECTS.update(&mut tx, &current, &changed, vec![(BLOB_INDEX, changed.blob.clone())])?;
        match cx.store().commit(tx).await {
            Ok(_) => return Ok(PutObjectAclOutput::default()),
            Err(StoreError::Conflict) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(error::conflict())
}

fn requested(cx: &Cx<'_>, input: &PutObjectAclRequest) -> Result<(Acl, Given), AwsError> {
    let granted = Acl::from_headers(&grant_headers!(input))?;
    let canned = input.acl.map(|canned| canned.as_str());
    match super::requested_acl(&cx.service.config.account, canned, granted)? {
        (_, Given::Not) => {
            let document = input.access_control_policy.clone().ok_or_else(error::missing_acl)?;
            Ok((Acl::from_wire(document)?, Given::Explicit))
        }
        _ if input.access_control_policy.as_ref().is_some_and(|policy| policy.grants.is_some()) => {
            Err(unexpected_content())
        }
        requested => Ok(requested),
    }
}
