//! PutObjectAcl: canned, by headers, or as a document.

use aws_types::AwsError;
use model_s3::{PutObjectAclOutput, PutObjectAclRequest};

use super::put_bucket_acl::unexpected_content;
use crate::Cx;
use crate::access::{Given, admissible};
use crate::entity::Acl;
use crate::entity::acl::grant_headers;
use crate::error;
use crate::table::owned_bucket;
use crate::versions;

/// Replaces an object's ACL.
pub async fn put_object_acl(cx: &Cx<'_>, input: PutObjectAclRequest) -> Result<PutObjectAclOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let (acl, given) = requested(cx, &input)?;
    let acl = admissible(&bucket, acl, given)?;
    versions::change(cx, &bucket, (&input.key, input.version_id.as_deref()), |object| {
        object.acl = acl.clone();
        Ok(())
    })
    .await?;
    Ok(PutObjectAclOutput::default())
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
