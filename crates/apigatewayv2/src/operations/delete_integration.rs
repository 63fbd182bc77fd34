//! DeleteIntegration. One that a route leads to stays.

use model_apigatewayv2::DeleteIntegrationRequest;
use store::retry;

use crate::Cx;
use crate::entity::{IntegrationResponse, Route};
use crate::error::{Result, bad_request, conflict};
use crate::table::{INTEGRATION, INTEGRATION_RESPONSE, INTEGRATION_RESPONSES, ROUTE, ROUTES, part_sk, response_prefix};

/// Deletes an integration with its responses.
pub async fn delete_integration(cx: &Cx<'_>, input: DeleteIntegrationRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteIntegrationRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let integration = cx.integration(&api.id, &input.integration_id).await?;
    if integration.managed {
        return Err(bad_request("An integration that quick create made cannot be deleted"));
    }
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    if let Some(route) = routes.iter().find(|route| route.integration_id() == Some(&integration.id)) {
        return Err(conflict(format_args!(
            "Cannot delete Integration '{}' due to Route '{}' referencing it",
            integration.id, route.key
        )));
    }
    let prefix = response_prefix(INTEGRATION_RESPONSE, &integration.id);
    let responses: Vec<IntegrationResponse> = cx.parts(&INTEGRATION_RESPONSES, &api.id, &prefix).await?;
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(INTEGRATION, &integration.id));
    for response in responses {
        change.delete(&format!("{prefix}{}", response.id));
    }
    cx.commit(change).await
}
