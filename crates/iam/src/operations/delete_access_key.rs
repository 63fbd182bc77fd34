//! DeleteAccessKey.

use model_iam::types::DeleteAccessKeyRequest;

use crate::Cx;
use crate::error::Result;
use crate::keys::delete;

/// Deletes an access key.
pub async fn delete_access_key(cx: &Cx<'_>, input: DeleteAccessKeyRequest) -> Result<()> {
    delete(cx, &cx.owner(input.user_name)?, &input.access_key_id).await
}
