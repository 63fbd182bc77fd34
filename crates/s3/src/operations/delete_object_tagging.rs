//! DeleteObjectTagging.

use aws_types::AwsError;
use model_s3::{DeleteObjectTaggingOutput, DeleteObjectTaggingRequest};

use crate::table::owned_bucket;
use crate::{Cx, versions};

/// Takes all tags off an object, or a version.
pub async fn delete_object_tagging(
    cx: &Cx<'_>,
    input: DeleteObjectTaggingRequest,
) -> Result<DeleteObjectTaggingOutput, AwsError> {
    let bucket = owned_bucket(cx, &input.bucket, input.expected_bucket_owner.as_deref()).await?;
    cx.owner_only()?;
    let named = (input.key.as_str(), input.version_id.as_deref());
    let object = versions::change(cx, &bucket, named, |object| {
        object.tags.clear();
        Ok(())
    })
    .await?;
    Ok(DeleteObjectTaggingOutput { version_id: versions::shown(&bucket, &object) })
}
