//! DeleteUserAttributes.

use model_cognito_idp::types::{DeleteUserAttributesRequest, DeleteUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::Writer;
use crate::auth::factor_proof::Change;
use crate::error::Result;

/// Removes attributes by their owner, within what the client may write.
pub async fn delete_user_attributes(
    cx: &Cx<'_>,
    input: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let names: Vec<&str> = input.user_attribute_names.iter().map(String::as_str).collect();
    cx.service.check_factor_change(&bearer, Change::Attributes(&names)).await?;
    let writer = Writer::Client(&bearer.client);
    cx.service.delete_attributes(&bearer.pool, &bearer.user, &input.user_attribute_names, writer).await?;
    Ok(DeleteUserAttributesResponse {})
}
