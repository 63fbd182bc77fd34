//! AddUserPoolClientSecret: the first half of a rotation. The new secret works beside the old one at once.

use model_cognito_idp::types::{
    AddUserPoolClientSecretRequest, AddUserPoolClientSecretResponse, ClientSecretDescriptorType,
};
use world::rng;

use super::create_user_pool_client::{SECRET_CHARS, new_secret};
use crate::Cx;
use crate::error::{Result, invalid_parameter, limit_exceeded};

/// Secrets a client can have. (doc: rotation needs two)
const MAX_SECRETS: usize = 2;

/// Adds a secret to a confidential client.
pub async fn add_user_pool_client_secret(
    cx: &Cx<'_>,
    input: AddUserPoolClientSecretRequest,
) -> Result<AddUserPoolClientSecretResponse> {
    let made = input.client_secret.is_none();
    let value = input.client_secret.unwrap_or_else(|| rng::pick(cx.service.rng(), rng::LOWER_ALNUM, SECRET_CHARS));
    let secret = new_secret(cx, &input.client_id, &value);
    cx.change_client(&input.user_pool_id, &input.client_id, |_, client| {
        if !client.is_confidential() {
            return Err(invalid_parameter("A secret cannot be added to a client that was created without one."));
        }
        if client.secrets.len() >= MAX_SECRETS {
            return Err(limit_exceeded("An app client can have at most two secrets."));
        }
        client.secrets.push(secret.clone());
        Ok(())
    })
    .await?;
    let descriptor = ClientSecretDescriptorType {
        client_secret_id: Some(secret.id),
        // A secret of the caller's own is not repeated.
        client_secret_value: made.then_some(value),
        client_secret_create_date: Some(secret.created),
    };
    Ok(AddUserPoolClientSecretResponse { client_secret_descriptor: Some(descriptor) })
}
