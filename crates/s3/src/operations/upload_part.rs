//! UploadPart.

use aws_types::AwsError;
use model_s3::{UploadPartOutput, UploadPartRequest};

use crate::Cx;
use crate::checksum::{Algorithm, Checks, named_checksums, show_checksum};
use crate::entity::Permission;
use crate::error;
use crate::multipart;
use crate::table::owned_bucket;
use crate::uploads::{customer_key, show_sealing};

/// Puts a part; one of the same number before is replaced.
pub async fn upload_part(cx: &Cx<'_>, input: UploadPartRequest) -> Result<UploadPartOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    if !cx.may_bucket(&bucket, Permission::Write) {
        return Err(error::access_denied());
    }
    let number = multipart::number(input.part_number)?;
    let upload = multipart::find(cx, &bucket, &input.key, &input.upload_id).await?;
    let customer = customer_key!(input)?;
    multipart::check_key(&upload, customer.as_ref())?;
    // Where the client names none, the upload's own algorithm is computed.
    let algorithm = input.checksum_algorithm.or(upload.algorithm.map(Algorithm::to_wire));
    let checks = Checks::new(input.content_md5.as_deref(), named_checksums!(input), algorithm)?;
    let written = cx.write(customer.as_ref(), checks).await?;
    let announced = input.content_length.and_then(|n| u64::try_from(n).ok());
    if announced.is_some_and(|n| n < written.size) {
        cx.free(&[written.blob]).await;
        return Err(error::incomplete_body());
    }
    let part = multipart::put(cx, &upload, number, written).await?;
    let mut output = UploadPartOutput { e_tag: Some(format!("\"{}\"", part.md5)), ..UploadPartOutput::default() };
    show_checksum!(output, &part.checksum);
    show_sealing!(output, multipart::SealedPart(&part));
    Ok(output)
}
