//! UpdateIntegrationResponse.

use model::UpdateIntegrationResponseRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_integration_response::judge;
use crate::Cx;
use crate::draft::integration::apply_response;
use crate::error::Result;
use crate::table::{INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, response_prefix};

/// Changes a response of an integration.
pub async fn update_integration_response(
    cx: &Cx<'_>,
    input: UpdateIntegrationResponseRequest,
) -> Result<model::IntegrationResponse> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateIntegrationResponseRequest) -> Result<model::IntegrationResponse> {
    let api = cx.api(&input.api_id).await?;
    let integration = cx.integration(&api.id, &input.integration_id).await?;
    let mut response = cx.integration_response(&api.id, &integration.id, &input.integration_response_id).await?;
    apply_response(&mut response, input);
    judge(cx, &api, &response).await?;
    let mut change = cx.change(&api)?;
    let sk = response_prefix(INTEGRATION_RESPONSE, &integration.id) + &response.id;
    change.put(&INTEGRATION_RESPONSES, &sk, &response)?;
    cx.commit(change).await?;
    Ok(response.output())
}
