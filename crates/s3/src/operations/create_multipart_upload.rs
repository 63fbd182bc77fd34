//! CreateMultipartUpload: begins an upload in parts.

use aws_types::AwsError;
use model_s3::{ChecksumType, CreateMultipartUploadOutput, CreateMultipartUploadRequest, ServerSideEncryption};
use store::Tx;

use super::put_object::{describe, described, refuse_sealing};
use crate::Cx;
use crate::checksum::Algorithm;
use crate::entity::{Permission, Upload};
use crate::error;
use crate::table::{UPLOADS, owned_bucket, upload_sk, uploads_pk};
use crate::uploads::customer_key;

/// Begins an upload. What it says of the object counts once it is completed.
pub async fn create_multipart_upload(
    cx: &Cx<'_>,
    input: CreateMultipartUploadRequest,
) -> Result<CreateMultipartUploadOutput, AwsError> {
    refuse_sealing(input.server_side_encryption, input.ssekms_key_id.is_some())?;
    if input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some() {
        return Err(error::not_implemented("x-amz-object-lock-mode"));
    }
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let customer = customer_key!(input)?;
    let algorithm = input.checksum_algorithm.map(Algorithm::from_wire).transpose()?;
    let upload = Upload {
        id: world::rng::pick(cx.service.doors.rng.as_ref(), world::rng::ALNUM, 64),
        object: describe(cx, &bucket, described!(input))?,
        algorithm,
        composite: composite(algorithm, input.checksum_type)?,
        customer_md5: customer.map(|customer| customer.md5().to_owned()),
        initiated_ms: cx.call.now.ms(),
    };
    let mut tx = Tx::new();
    UPLOADS.insert(&mut tx, &uploads_pk(&bucket), &upload_sk(&input.key, &upload.id), &upload, Vec::new())?;
    tx.require(bucket.pk.clone(), bucket.sk.clone(), store::Expect::Present);
    cx.store().commit(tx).await?;
    let by_customer = upload.customer_md5.is_some();
    Ok(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(upload.id),
        checksum_algorithm: upload.algorithm.map(Algorithm::to_wire),
        checksum_type: upload.algorithm.map(|_| kind(upload.composite)),
        server_side_encryption: (!by_customer).then_some(ServerSideEncryption::Aes256),
        sse_customer_algorithm: by_customer.then(|| "AES256".to_owned()),
        sse_customer_key_md5: upload.customer_md5,
        ..CreateMultipartUploadOutput::default()
    })
}

/// CRCs of parts make that of the whole; hashes do not (S3 user guide, "Checking object integrity").
fn composite(algorithm: Option<Algorithm>, asked: Option<ChecksumType>) -> Result<bool, AwsError> {
    let whole = algorithm.is_none_or(|algorithm| algorithm.combine(&[], &[], 0).is_some());
    match (algorithm, asked) {
        (Some(Algorithm::Crc64nvme), Some(ChecksumType::Composite)) | (Some(_), Some(ChecksumType::FullObject))
            if !whole || algorithm == Some(Algorithm::Crc64nvme) && asked == Some(ChecksumType::Composite) =>
        {
            Err(error::invalid_request("The checksum type cannot be used with the specified checksum algorithm."))
        }
        (Some(Algorithm::Crc64nvme) | None, _) | (Some(_), Some(ChecksumType::FullObject)) => Ok(false),
        (Some(_), _) => Ok(true),
    }
}

/// As the model has it.
pub const fn kind(composite: bool) -> ChecksumType {
    if composite { ChecksumType::Composite } else { ChecksumType::FullObject }
}
