//! UpdateUserAttributes.

use model_cognito_idp::types::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::{Writer, to_map};
use crate::error::Result;

/// Changes attributes by their owner, within what the client may write.
pub async fn update_user_attributes(
    cx: &Cx<'_>,
    input: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let changes = to_map(Some(input.user_attributes));
    let writer = Writer::Client(&bearer.client);
    let sent = cx.service.change_attributes(&bearer.pool, &bearer.user, &changes, writer).await?;
    Ok(UpdateUserAttributesResponse { code_delivery_details_list: Some(sent) })
}
