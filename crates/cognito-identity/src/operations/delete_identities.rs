//! DeleteIdentities. One that is not there counts as deleted.

use model_cognito_identity::types::{
    DeleteIdentitiesInput, DeleteIdentitiesResponse, ErrorCode, UnprocessedIdentityId,
};

use crate::Cx;
use crate::error::Result;
use crate::link;

/// Deletes identities with their logins, each by itself.
pub async fn delete_identities(cx: &Cx<'_>, input: DeleteIdentitiesInput) -> Result<DeleteIdentitiesResponse> {
    let mut unprocessed = Vec::new();
    for id in input.identity_ids_to_delete {
        if let Err(error) = delete(cx, &id).await {
            tracing::warn!(?error, identity = id, "an identity could not be deleted");
            unprocessed.push(UnprocessedIdentityId {
                identity_id: Some(id),
                error_code: Some(ErrorCode::InternalServerError),
            });
        }
    }
    Ok(DeleteIdentitiesResponse { unprocessed_identity_ids: Some(unprocessed) })
}

async fn delete(cx: &Cx<'_>, id: &str) -> Result<()> {
    match link::find(cx, id).await {
        Ok(_) => link::delete(cx.store(), id).await,
        Err(error) if error.code == "ResourceNotFoundException" => Ok(()),
        Err(error) => Err(error),
    }
}
