//! DeleteUserAttributes.

use model_cognito_idp::types::{DeleteUserAttributesRequest, DeleteUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::Writer;
use crate::error::Result;

/// Removes attributes by their owner, within what the client may write.
pub async fn delete_user_attributes(
    cx: &Cx<'_>,
    input: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let writer = Writer::Client(&bearer.client);
    cx.service.delete_attributes(&bearer.pool, &bearer.user, &input.user_attribute_names, writer).await?;
    Ok(DeleteUserAttributesResponse {})
}
