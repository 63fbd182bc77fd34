//! Code as a request brings it: the zip itself, or an object of a bucket.

use aws_types::wire::Blob;
use bytes::Bytes;
use lambda_runtime::code::{CodeError, check};

use crate::Cx;
use crate::code::{Held, hex};
use crate::entity::{Code, S3Place};
use crate::error::{Result, bad_zip, invalid_parameter, not_here, unzipped_too_large, zip_too_large};
use crate::ports::NoObject;

/// Bytes of a zip within a request (Lambda quotas, "Deployment package").
pub const MOST_INLINE: usize = 50 * 1024 * 1024;
/// Bytes of a zip in a bucket: what it may be unpacked.
const MOST_IN_BUCKET: usize = 250 * 1024 * 1024;

/// Where code is.
#[derive(Default)]
pub struct Upload {
    /// `ZipFile`.
    pub zip: Option<Blob>,
    /// `S3Bucket`.
    pub bucket: Option<String>,
    /// `S3Key`.
    pub key: Option<String>,
    /// `S3ObjectVersion`.
    pub version: Option<String>,
    /// `ImageUri`.
    pub image: Option<String>,
}

impl Upload {
    /// The zip, read and found good; not kept yet.
    ///
    /// # Errors
    /// `InvalidParameterValueException`, `RequestEntityTooLargeException`, the bucket's.
    pub async fn read(self, cx: &Cx<'_>) -> Result<(Bytes, Code)> {
        if self.image.is_some() {
            return Err(not_here("A container image (ImageUri)"));
        }
        let (zip, source) = match (self.zip, self.bucket, self.key) {
            (Some(_), Some(_), _) | (Some(_), _, Some(_)) => {
                // memory
                return Err(invalid_parameter(
                    "Please do not provide other FunctionCode parameters when providing a ZipFile.",
                ));
            }
            (Some(zip), None, None) if zip.0.len() > MOST_INLINE => return Err(zip_too_large(MOST_INLINE)),
            (Some(zip), None, None) => (Bytes::from(zip.0), None),
            (None, Some(bucket), Some(key)) => {
                let place = S3Place { bucket, key, version: self.version };
                (object(cx, &place).await?, Some(place))
            }
            // memory
            _ => return Err(invalid_parameter("Please provide a source for function code.")),
        };
        let checked = zip.clone();
        let found = tokio::task::spawn_blocking(move || (check(&checked), hex(&checked))).await;
        let (info, sha256) = found.map_err(aws_types::AwsError::internal)?;
        match info {
            Ok(_) => Ok((zip.clone(), Code { sha256, size: zip.len().try_into().unwrap_or(u64::MAX), source })),
            Err(CodeError::TooLarge) => Err(unzipped_too_large()),
            Err(why) => {
                tracing::debug!(%why, "a zip is refused");
                Err(bad_zip())
            }
        }
    }
}

/// Keeps a zip that was read.
///
/// # Errors
/// What the disk says.
pub async fn keep(cx: &Cx<'_>, zip: &[u8]) -> Result<Held> {
    cx.service.doors.code.keep(zip).await
}

async fn object(cx: &Cx<'_>, place: &S3Place) -> Result<Bytes> {
    let read = cx.service.doors.objects.read(cx.call, place, MOST_IN_BUCKET).await;
    read.map_err(|error| match error {
        NoObject::TooLarge => unzipped_too_large(),
        NoObject::Failed(error) => error,
        // recorded
        NoObject::Refused(code, message) => invalid_parameter(format_args!(
            "Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
        )),
    })
}
