//! ListUserPoolClientSecrets: ids and dates, never the secrets. Two at most, so there is one page.

use model_cognito_idp::types::{
    ClientSecretDescriptorType, ListUserPoolClientSecretsRequest, ListUserPoolClientSecretsResponse,
};

use crate::Cx;
use crate::entity::ClientSecret;
use crate::error::{Result, invalid_page_token};

/// Lists a client's secrets, oldest first.
pub async fn list_user_pool_client_secrets(
    cx: &Cx<'_>,
    input: ListUserPoolClientSecretsRequest,
) -> Result<ListUserPoolClientSecretsResponse> {
    cx.pool(&input.user_pool_id).await?;
    let client = cx.client(&input.user_pool_id, &input.client_id).await?;
    if input.next_token.is_some() {
        return Err(invalid_page_token());
    }
    let client_secrets = Some(client.secrets.iter().map(describe).collect());
    Ok(ListUserPoolClientSecretsResponse { client_secrets, next_token: None })
}

fn describe(secret: &ClientSecret) -> ClientSecretDescriptorType {
    ClientSecretDescriptorType {
        client_secret_id: Some(secret.id.clone()),
        client_secret_value: None,
        client_secret_create_date: Some(secret.created),
    }
}
