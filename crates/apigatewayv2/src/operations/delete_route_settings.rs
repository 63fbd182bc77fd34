//! DeleteRouteSettings.

use model_apigatewayv2::DeleteRouteSettingsRequest;
use store::retry;

use crate::Cx;
use crate::draft::stage::no_such_settings;
use crate::error::Result;

/// Takes a route's settings off a stage.
pub async fn delete_route_settings(cx: &Cx<'_>, input: DeleteRouteSettingsRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteRouteSettingsRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let mut stage = cx.stage(&api.id, &input.stage_name).await?;
    if stage.route_settings.remove(&input.route_key).is_none() {
        return Err(no_such_settings(&input.route_key));
    }
    stage.updated = cx.now();
    let mut change = cx.change_stage(&api)?;
    change.put_stage(&stage)?;
    cx.commit(change).await
}
