//! GetObjectTagging.

use aws_types::AwsError;
use model_s3::{GetObjectTaggingOutput, GetObjectTaggingRequest};

use crate::table::owned_bucket;
use crate::{Cx, tagging, versions};

/// Tells the tags of an object, or of a version.
pub async fn get_object_tagging(
    cx: &Cx<'_>,
    input: GetObjectTaggingRequest,
) -> Result<GetObjectTaggingOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let found = versions::find(cx, &bucket, &input.key, input.version_id.as_deref()).await?;
    let found = found.ok_or_else(|| cx.missing(&bucket, &input.key))?.into_object()?;
    let version_id = versions::shown(&bucket, &found);
    Ok(GetObjectTaggingOutput { version_id, tag_set: Some(tagging::show(&found.tags)) })
}
