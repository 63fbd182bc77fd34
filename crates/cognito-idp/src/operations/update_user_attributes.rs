//! UpdateUserAttributes.
//!
//! The address that a caller's second factor goes to is changed within an hour of having proven a factor, which AWS does
//! not ask.

use model_cognito_idp::types::{UpdateUserAttributesRequest, UpdateUserAttributesResponse};

use crate::Cx;
use crate::auth::attributes::{Writer, to_map};
use crate::auth::factor_proof::Change;
use crate::error::Result;
use crate::triggers::Said;

/// Changes attributes by their owner, within what the client may write.
pub async fn update_user_attributes(
    cx: &Cx<'_>,
    input: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let changes = to_map(Some(input.user_attributes));
    let names: Vec<&str> = changes.keys().map(String::as_str).collect();
    cx.service.check_factor_change(&bearer, Change::Attributes(&names)).await?;
    let writer = Writer::Client(&bearer.client);
    let said = Said::by(&bearer.client, input.client_metadata.as_ref());
    let sent = cx.service.change_attributes(&bearer.pool, &bearer.user, &changes, writer, said).await?;
    Ok(UpdateUserAttributesResponse { code_delivery_details_list: Some(sent) })
}
