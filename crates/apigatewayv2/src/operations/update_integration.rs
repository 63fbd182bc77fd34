//! UpdateIntegration.

use model::UpdateIntegrationRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_integration::check_link;
use crate::Cx;
use crate::draft::integration::{apply, check};
use crate::error::Result;

/// Changes an integration.
pub async fn update_integration(cx: &Cx<'_>, input: UpdateIntegrationRequest) -> Result<model::Integration> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateIntegrationRequest) -> Result<model::Integration> {
    let api = cx.api(&input.api_id).await?;
    let mut integration = cx.integration(&api.id, &input.integration_id).await?;
    apply(&mut integration, input);
    check(&integration, api.protocol)?;
    check_link(cx, &api, &integration).await?;
    let mut change = cx.change(&api)?;
    change.put_integration(&integration)?;
    cx.commit(change).await?;
    Ok(integration.output())
}
