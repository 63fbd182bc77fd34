//! VerifyUserAttribute.

use model_cognito_idp::types::{VerifyUserAttributeRequest, VerifyUserAttributeResponse};

use crate::Cx;
use crate::error::Result;

/// Takes the code of an e-mail address or phone.
pub async fn verify_user_attribute(
    cx: &Cx<'_>,
    input: VerifyUserAttributeRequest,
) -> Result<VerifyUserAttributeResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    cx.service.verify_attribute(&bearer.pool, &bearer.user, &input.attribute_name, &input.code).await?;
    Ok(VerifyUserAttributeResponse {})
}
