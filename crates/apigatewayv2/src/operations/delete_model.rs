//! DeleteModel. One that a route names stays.

use model_apigatewayv2::DeleteModelRequest;
use store::retry;

use crate::Cx;
use crate::entity::Route;
use crate::error::{Result, conflict};
use crate::table::{MODEL, ROUTE, ROUTES, part_sk};

/// Deletes a model.
pub async fn delete_model(cx: &Cx<'_>, input: DeleteModelRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteModelRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let model = cx.model(&api.id, &input.model_id).await?;
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    if let Some(route) = routes.iter().find(|route| route.request_models.values().any(|name| *name == model.name)) {
        return Err(conflict(format_args!(
            "Cannot delete model '{}', is referenced in route: {}",
            model.name, route.key
        )));
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(MODEL, &model.id));
    cx.commit(change).await
}
