//! DeleteWebAuthnCredential.

use model_cognito_idp::types::{DeleteWebAuthnCredentialRequest, DeleteWebAuthnCredentialResponse};

use crate::Cx;
use crate::error::Result;

/// Removes a passkey of the user behind an access token.
pub async fn delete_web_authn_credential(
    cx: &Cx<'_>,
    input: DeleteWebAuthnCredentialRequest,
) -> Result<DeleteWebAuthnCredentialResponse> {
    let bearer = cx.service.bearer(&input.access_token).await?;
    cx.service.delete_passkey(&bearer.pool, &bearer.user, &input.credential_id).await?;
    Ok(DeleteWebAuthnCredentialResponse {})
}
