//! PutBucketEncryption. All contents are sealed by the server already (SSE-S3), as on AWS; there is no KMS here, so any
//! other default is refused.

use aws_types::AwsError;
use model_s3::PutBucketEncryptionRequest;

use super::put_object::refuse_sealing;
use crate::Cx;
use crate::error;
use crate::table::change_bucket;

/// Sets the default sealing of a bucket's objects, which is what it is.
pub async fn put_bucket_encryption(cx: &Cx<'_>, input: PutBucketEncryptionRequest) -> Result<(), AwsError> {
    let rules = input.server_side_encryption_configuration.rules;
    let [rule] = rules.as_slice() else { return Err(error::malformed_xml()) };
    if let Some(default) = &rule.apply_server_side_encryption_by_default {
        refuse_sealing(Some(default.sse_algorithm), default.kms_master_key_id.is_some())?;
    }
    if rule.blocked_encryption_types.is_some() {
        return Err(error::not_implemented("BlockedEncryptionTypes"));
    }
    change_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref(), |_| Ok(())).await
}
