//! StartWebAuthnRegistration.

use model_cognito_idp::types::{StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse};

use crate::Cx;
use crate::auth::passkey::Registering;
use crate::error::Result;

/// What a browser needs to make a passkey for the user behind an access token.
pub async fn start_web_authn_registration(
    cx: &Cx<'_>,
    input: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let by = Registering::by_api(&bearer.client.id);
    let options = cx.service.begin_passkey_registration(&bearer.pool, &bearer.user, by).await?;
    Ok(StartWebAuthnRegistrationResponse { credential_creation_options: Some(options) })
}
