//! AdminInitiateAuth.
//!
//! As InitiateAuth, and ADMIN_USER_PASSWORD_AUTH under its new and its old name (ADMIN_NO_SRP_AUTH). Of ContextData the
//! address and the User-Agent are looked at.

use model_cognito_idp::types::{AdminInitiateAuthRequest, AdminInitiateAuthResponse};

use crate::Cx;
use crate::auth::initiate::{Entry, Start};
use crate::auth::visit::said_agent;
use crate::error::Result;

/// Begins a sign-in on the word of a server.
pub async fn admin_initiate_auth(cx: &Cx<'_>, input: AdminInitiateAuthRequest) -> Result<AdminInitiateAuthResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let client = cx.client(&pool.id, &input.client_id).await?;
    let parameters = input.auth_parameters.unwrap_or_default();
    let address = input.context_data.as_ref().map(|data| data.ip_address.as_str());
    let start = Start {
        pool: &pool,
        client: &client,
        flow: input.auth_flow,
        parameters: &parameters,
        entry: Entry::Admin,
        metadata: input.client_metadata.as_ref(),
        session: input.session.as_deref(),
        address,
        agent: said_agent(input.context_data.as_ref()),
    };
    Ok(cx.service.initiate(start).await?.into())
}
