//! GetUserPoolClientSessionConfiguration.

use model_cognito_idp::types::{
    ClientSSOSessionConfigType, GetUserPoolClientSessionConfigurationRequest,
    GetUserPoolClientSessionConfigurationResponse,
};

use crate::Cx;
use crate::entity::app_client::DEFAULT_SSO_MINUTES;
use crate::error::Result;

/// Shows how long a client reuses a session of the pages.
pub async fn get_user_pool_client_session_configuration(
    cx: &Cx<'_>,
    input: GetUserPoolClientSessionConfigurationRequest,
) -> Result<GetUserPoolClientSessionConfigurationResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let client = cx.client(&pool.id, &input.client_id).await?;
    let max_validity_minutes = client.sso_minutes.unwrap_or(DEFAULT_SSO_MINUTES);
    Ok(GetUserPoolClientSessionConfigurationResponse {
        user_pool_id: Some(pool.id.clone()),
        client_id: Some(client.id.clone()),
        sso_session: Some(ClientSSOSessionConfigType { max_validity_minutes }),
    })
}
