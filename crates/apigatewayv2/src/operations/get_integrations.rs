//! GetIntegrations, in order of ids.

use model_apigatewayv2::{GetIntegrationsRequest, GetIntegrationsResponse};

use crate::Cx;
use crate::entity::Integration;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{INTEGRATION, INTEGRATIONS, api_pk};

/// Lists an API's integrations.
pub async fn get_integrations(cx: &Cx<'_>, input: GetIntegrationsRequest) -> Result<GetIntegrationsResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) =
        listed(cx, &INTEGRATIONS, (&api_pk(&api.id), INTEGRATION), asked, Integration::output).await?;
    Ok(GetIntegrationsResponse { items, next_token })
}
