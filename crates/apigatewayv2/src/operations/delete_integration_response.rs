//! DeleteIntegrationResponse.

use model_apigatewayv2::DeleteIntegrationResponseRequest;
use store::retry;

use crate::Cx;
use crate::error::Result;
use crate::table::{INTEGRATION_RESPONSE, response_prefix};

/// Deletes a response of an integration.
pub async fn delete_integration_response(cx: &Cx<'_>, input: DeleteIntegrationResponseRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteIntegrationResponseRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let integration = cx.integration(&api.id, &input.integration_id).await?;
    let response = cx.integration_response(&api.id, &integration.id, &input.integration_response_id).await?;
    let mut change = cx.change(&api)?;
    change.delete(&(response_prefix(INTEGRATION_RESPONSE, &integration.id) + &response.id));
    cx.commit(change).await
}
