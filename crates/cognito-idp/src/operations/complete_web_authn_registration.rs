//! CompleteWebAuthnRegistration.

use model_cognito_idp::types::{CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse};

use crate::Cx;
use crate::auth::passkey::Registering;
use crate::error::Result;

/// Takes the passkey that a browser made.
pub async fn complete_web_authn_registration(
    cx: &Cx<'_>,
    input: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    let (pool, user) = (&bearer.pool, &bearer.user);
    let by = Registering::by_api(&bearer.client.id);
    cx.service.finish_passkey_registration(pool, user, by, &input.credential).await?;
    Ok(CompleteWebAuthnRegistrationResponse {})
}
