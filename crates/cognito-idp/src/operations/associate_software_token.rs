//! AssociateSoftwareToken.
//!
//! By access token: whoever has a second factor must have proven one within the last hour, which AWS does not ask.

use model_cognito_idp::types::{AssociateSoftwareTokenRequest, AssociateSoftwareTokenResponse};

use crate::Cx;
use crate::error::{self, Result};

/// A new secret for an authenticator app.
pub async fn associate_software_token(
    cx: &Cx<'_>,
    input: AssociateSoftwareTokenRequest,
) -> Result<AssociateSoftwareTokenResponse> {
    let (secret, session) = match (&input.access_token, &input.session) {
        (Some(token), None) => (cx.service.associate_token(&cx.service.bearer(token).await?).await?, None),
        (None, Some(session)) => {
            let (secret, session) = cx.service.associate_by_session(session).await?;
            (secret, Some(session))
        }
        _ => return Err(error::token_or_session()),
    };
    Ok(AssociateSoftwareTokenResponse { secret_code: Some(secret), session })
}
