//! GetBucketEncryption: every bucket seals by SSE-S3, as on AWS since January 2023.

use aws_types::AwsError;
use model_s3::{
    GetBucketEncryptionOutput, GetBucketEncryptionRequest, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};

use crate::Cx;
use crate::table::owned_bucket;

/// Tells how a bucket's objects are sealed.
pub async fn get_bucket_encryption(
    cx: &Cx<'_>,
    input: GetBucketEncryptionRequest,
) -> Result<GetBucketEncryptionOutput, AwsError> {
    owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let default =
        ServerSideEncryptionByDefault { sse_algorithm: ServerSideEncryption::Aes256, kms_master_key_id: None };
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(default),
        bucket_key_enabled: Some(false),
        blocked_encryption_types: None,
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
}
