//! DeleteUserPoolClientSecret: the second half of a rotation. The secret stops at once.

use model_cognito_idp::types::{DeleteUserPoolClientSecretRequest, DeleteUserPoolClientSecretResponse};

use crate::Cx;
use crate::error::{Result, invalid_parameter, resource_not_found};

/// Removes one of two secrets: the last one stays, or the client would become public.
pub async fn delete_user_pool_client_secret(
    cx: &Cx<'_>,
    input: DeleteUserPoolClientSecretRequest,
) -> Result<DeleteUserPoolClientSecretResponse> {
    cx.change_client(&input.user_pool_id, &input.client_id, |_, client| {
        if !client.secrets.iter().any(|secret| secret.id == input.client_secret_id) {
            return Err(resource_not_found("Client secret not found."));
        }
        if client.secrets.len() == 1 {
            return Err(invalid_parameter("The only secret of an app client cannot be deleted."));
        }
        client.secrets.retain(|secret| secret.id != input.client_secret_id);
        Ok(())
    })
    .await?;
    Ok(DeleteUserPoolClientSecretResponse {})
}
