//! GetUserAttributeVerificationCode.

use model_cognito_idp::types::{GetUserAttributeVerificationCodeRequest, GetUserAttributeVerificationCodeResponse};

use crate::Cx;
use crate::error::Result;
use crate::triggers::Said;

/// Sends a code to the user's e-mail address or phone.
pub async fn get_user_attribute_verification_code(
    cx: &Cx<'_>,
    input: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let said = Said::by(&bearer.client, input.client_metadata.as_ref());
    let sent = cx.service.send_attribute_code(&bearer.pool, &bearer.user, &input.attribute_name, said).await?;
    Ok(GetUserAttributeVerificationCodeResponse { code_delivery_details: Some(sent) })
}
