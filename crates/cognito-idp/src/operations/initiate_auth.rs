//! InitiateAuth.
//!
//! Flows: USER_PASSWORD_AUTH, USER_SRP_AUTH, CUSTOM_AUTH, REFRESH_TOKEN_AUTH (REFRESH_TOKEN), USER_AUTH with passwords
//! as the only factors. Of UserContextData the address is taken where the client may say it. ClientMetadata reaches
//! PreAuthentication and UserMigration; analytics go nowhere.

use model_cognito_idp::types::{InitiateAuthRequest, InitiateAuthResponse};

use crate::Cx;
use crate::auth::initiate::{Entry, Start};
use crate::auth::visit::said_address;
use crate::error::{self, Result};

/// Begins a sign-in.
pub async fn initiate_auth(cx: &Cx<'_>, input: InitiateAuthRequest) -> Result<InitiateAuthResponse> {
    let (client, pool) = cx.service.client_and_pool(&input.client_id).await?;
    let parameters = input.auth_parameters.unwrap_or_default();
    let start = Start {
        pool: &pool,
        client: &client,
        flow: input.auth_flow,
        parameters: &parameters,
        entry: Entry::Public,
        metadata: input.client_metadata.as_ref(),
        address: Some(said_address(&client, input.user_context_data.as_ref()).unwrap_or(&cx.call.source_ip)),
        agent: Some(&cx.call.user_agent),
        session: input.session.as_deref(),
    };
    Ok(cx.service.initiate(start).await.map_err(error::without_mfa_method)?.into())
}
