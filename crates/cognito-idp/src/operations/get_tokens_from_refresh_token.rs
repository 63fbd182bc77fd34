//! GetTokensFromRefreshToken.

use model_cognito_idp::types::{GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse};

use crate::Cx;
use crate::auth::refresh_token::Wish;
use crate::error::{self, Result};
use crate::triggers::Said;

/// New tokens for a refresh token, which is replaced where the client rotates.
pub async fn get_tokens_from_refresh_token(
    cx: &Cx<'_>,
    input: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    if client.is_confidential() {
        let given = input.client_secret.as_deref().unwrap_or_default();
        if !cx.service.is_client_secret(Some(&client), given)? {
            return Err(error::bad_client_secret(&client.id));
        }
    }
    let said = Said::by(&client, input.client_metadata.as_ref());
    let wish = Wish { scopes: None, said, device_key: input.device_key.as_deref() };
    let renewal = cx.service.renew(&pool, &client, &input.refresh_token, wish).await?;
    let tokens = cx.service.renewed_tokens(&pool, &client, &renewal, said).await?;
    Ok(GetTokensFromRefreshTokenResponse { authentication_result: Some(tokens) })
}
