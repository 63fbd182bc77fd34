//! GetClientToken: the client credentials grant as an operation. The model that is served knows no
//! ALLOW_CLIENT_TOKEN_AUTH in ExplicitAuthFlows, so AllowedOAuthFlows says who may.

use model_cognito_idp::types::{
    ClientAuthenticationResultType, GetClientTokenRequest, GetClientTokenResponse, OAuthFlowType,
};
use user_pool_domain::ports::{GrantError, GrantWish};

use crate::Cx;

use crate::error::{Result, bad_client_secret, invalid_parameter};

/// Gives a machine its access token.
pub async fn get_client_token(cx: &Cx<'_>, input: GetClientTokenRequest) -> Result<GetClientTokenResponse> {
    let found = match cx.service.client_and_pool(&input.client_id).await {
        Ok(found) => Some(found),
        Err(error) if error.internal.is_none() => None,
        Err(error) => return Err(error),
    };
    let right = cx.service.is_client_secret(found.as_ref().map(|(client, _)| &client.value), &input.secret)?;
    let (client, pool) = found.filter(|_| right).ok_or_else(|| bad_client_secret(&input.client_id))?;
    if !client.settings.oauth_flows.contains(&OAuthFlowType::ClientCredentials) {
        return Err(crate::error::client_token_not_enabled());
    }
    let wish = GrantWish { scopes: input.scopes.filter(|scopes| !scopes.is_empty()), metadata: input.client_metadata };
    let tokens = cx.service.client_credentials_grant(&pool, &client, wish).await.map_err(|error| match error {
        GrantError::InvalidScope => invalid_parameter("A requested scope is not one of the app client's."),
        GrantError::InvalidGrant => invalid_parameter("The grant was refused."),
        GrantError::InvalidRequest(why) => invalid_parameter(why),
        GrantError::Server(error) => error,
    })?;
    Ok(GetClientTokenResponse {
        client_authentication_result: Some(ClientAuthenticationResultType {
            access_token: Some(tokens.access_token),
            expires_in: i32::try_from(tokens.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
        }),
    })
}
