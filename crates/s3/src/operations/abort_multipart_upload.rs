//! AbortMultipartUpload.

use aws_types::AwsError;
use model_s3::{AbortMultipartUploadOutput, AbortMultipartUploadRequest};
use store::{StoreError, Tx};

use crate::Cx;
use crate::entity::Permission;
use crate::error;
use crate::multipart;
use crate::table::{UPLOADS, owned_bucket};

/// Ends an upload and removes its parts.
pub async fn abort_multipart_upload(
    cx: &Cx<'_>,
    input: AbortMultipartUploadRequest,
) -> Result<AbortMultipartUploadOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let upload = multipart::find(cx, &bucket, &input.key, &input.upload_id).await?;
    if input.if_match_initiated_time.is_some_and(|at| at.secs() != upload.initiated().secs()) {
        return Err(error::precondition_failed("x-amz-if-match-initiated-time"));
    }
    let mut tx = Tx::new();
    UPLOADS.delete(&mut tx, &upload);
    match cx.store().commit(tx).await {
        Ok(_) => {}
        Err(StoreError::Conflict) => return Err(error::no_such_upload(&input.upload_id)),
        Err(other) => return Err(other.into()),
    }
    multipart::drop_parts(cx, &upload.id).await;
    Ok(AbortMultipartUploadOutput::default())
}
