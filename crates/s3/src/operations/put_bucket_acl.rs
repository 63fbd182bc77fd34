//! PutBucketAcl: canned, by headers, or as a document.

use aws_types::AwsError;
use model_s3::PutBucketAclRequest;

use crate::Cx;
use crate::access::{Given, admissible};
use crate::entity::Acl;
use crate::entity::acl::grant_headers;
use crate::error;
use crate::table::change_bucket;

/// Replaces a bucket's ACL.
pub async fn put_bucket_acl(cx: &Cx<'_>, input: PutBucketAclRequest) -> Result<(), AwsError> {
    let granted = Acl::from_headers(&grant_headers!(input))?;
    let canned = input.acl.map(|canned| canned.as_str());
    let account = &cx.service.config.account;
    let (acl, given) = match super::requested_acl(account, canned, granted)? {
        (_, Given::Not) => {
            let document = input.access_control_policy.ok_or_else(error::missing_acl)?;
            (Acl::from_wire(document)?, Given::Explicit)
        }
        _ if input.access_control_policy.as_ref().is_some_and(|policy| policy.grants.is_some()) => {
            return Err(unexpected_content());
        }
        requested => requested,
    };
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |bucket| {
        bucket.acl = admissible(bucket, acl.clone(), given)?;
        Ok(())
    })
    .await
}

/// A document beside an ACL in the headers.
pub fn unexpected_content() -> AwsError {
    AwsError::sender("UnexpectedContent", 400, "This request does not support content")
}
