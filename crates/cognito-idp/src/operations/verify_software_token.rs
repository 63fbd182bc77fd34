//! VerifySoftwareToken.
//!
//! `Status` is always SUCCESS: a wrong code is an error.

use model_cognito_idp::types::{
    VerifySoftwareTokenRequest, VerifySoftwareTokenResponse, VerifySoftwareTokenResponseType,
};

use crate::Cx;
use crate::auth::software_token::FirstCode;
use crate::error::{self, Result};

/// Takes the first code of an authenticator app.
pub async fn verify_software_token(
    cx: &Cx<'_>,
    input: VerifySoftwareTokenRequest,
) -> Result<VerifySoftwareTokenResponse> {
    let first = FirstCode { code: &input.user_code, friendly: input.friendly_device_name.as_deref() };
    let session = match (&input.access_token, &input.session) {
        (Some(token), None) => {
            cx.service.verify_token(&cx.service.bearer(token).await?, first).await?;
            None
        }
        (None, Some(session)) => Some(cx.service.verify_by_session(session, first).await?),
        _ => return Err(error::token_or_session()),
    };
    Ok(VerifySoftwareTokenResponse { status: Some(VerifySoftwareTokenResponseType::Success), session })
}
