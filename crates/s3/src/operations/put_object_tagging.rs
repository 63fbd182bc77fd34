//! PutObjectTagging.

use aws_types::AwsError;
use model_s3::{PutObjectTaggingOutput, PutObjectTaggingRequest};

use crate::table::owned_bucket;
use crate::{Cx, tagging, versions};

/// Replaces the tags of an object, or of a version.
pub async fn put_object_tagging(
    cx: &Cx<'_>,
    input: PutObjectTaggingRequest,
) -> Result<PutObjectTaggingOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let tags = tagging::read(input.tagging.tag_set, tagging::OF_OBJECT)?;
    let named = (input.key.as_str(), input.version_id.as_deref());
    let object = versions::change(cx, &bucket, named, |object| {
        object.tags.clone_from(&tags);
        Ok(())
    })
    .await?;
    Ok(PutObjectTaggingOutput { version_id: versions::shown(&bucket, &object) })
}
