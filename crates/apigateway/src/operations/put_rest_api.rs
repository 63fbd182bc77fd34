//! PutRestApi: a document merged into an API, or in place of its definition. Stages serve what was deployed until the
//! next deployment. Merging keeps the API's name, description and version.

use model::{PutMode, PutRestApiRequest};
use model_apigateway as model;
use serde_json::json;
use store::retry;

use super::import_rest_api::{endpoint, plan, shown};
use crate::Cx;
use crate::error::Result;
use crate::openapi::{Mode, import};

/// Changes an API by a document.
pub async fn put_rest_api(cx: &Cx<'_>, input: PutRestApiRequest) -> Result<model::RestApi> {
    let api = cx.api(&input.rest_api_id).await?;
    let parameters = input.parameters.unwrap_or_default();
    let mut plan = plan(&input.body.0, &parameters)?;
    // A document that does not say where the API is reached means it where it is.
    let place = plan.api.entry("endpointConfiguration").or_insert_with(|| json!({}));
    if let Some(place) = place.as_object_mut() {
        place.entry("types").or_insert_with(|| json!([api.endpoint_type]));
    }
    let mode = match input.mode {
        Some(PutMode::Overwrite) => Mode::Overwrite,
        Some(PutMode::Merge) | None => Mode::Merge,
    };
    let target = import(cx, plan, endpoint(&parameters)?, input.fail_on_warnings).await?;
    let api = retry(cx.store(), async || {
        let api = cx.api(&input.rest_api_id).await?;
        target.put(cx, &api, mode).await
    })
    .await?;
    Ok(model::RestApi { warnings: shown(target.warnings), ..api.output() })
}
