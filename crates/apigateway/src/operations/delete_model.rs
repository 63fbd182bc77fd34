//! DeleteModel.

use model_apigateway::DeleteModelRequest;
use store::retry;

use crate::Cx;
use crate::entity::Method;
use crate::error::{Result, conflict};
use crate::table::{MODEL, RESOURCE, RESOURCES, part_sk};

/// Removes a model that no method names.
pub async fn delete_model(cx: &Cx<'_>, input: DeleteModelRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteModelRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let model = cx.model(&api, &input.model_name).await?;
    for resource in cx.parts(&RESOURCES, &api.id, RESOURCE).await? {
        for method in resource.methods.values() {
            if let Some(place) = place(method, &model.name) {
                return Err(conflict(format_args!(
                    "Cannot delete model '{}', is referenced in method {place}: {}/{}",
                    model.name,
                    resource.path.trim_end_matches('/'),
                    method.http_method
                )));
            }
        }
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(MODEL, &model.name));
    cx.commit(change).await
}

fn place(method: &Method, name: &str) -> Option<&'static str> {
    if method.request_models.values().any(|model| model == name) {
        return Some("request");
    }
    let in_responses = method.responses.values().any(|response| response.models.values().any(|model| model == name));
    in_responses.then_some("response")
}
