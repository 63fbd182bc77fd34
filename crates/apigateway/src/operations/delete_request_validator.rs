//! DeleteRequestValidator. One that a method names stays. (The sentence is ours.)

use model_apigateway::DeleteRequestValidatorRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, conflict};
use crate::table::{RESOURCE, RESOURCES, VALIDATOR, part_sk};

/// Removes a validator that no method names.
pub async fn delete_request_validator(cx: &Cx<'_>, input: DeleteRequestValidatorRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteRequestValidatorRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let validator = cx.validator(&api, &input.request_validator_id).await?;
    for resource in cx.parts(&RESOURCES, &api.id, RESOURCE).await? {
        let names_it = |id: &Option<String>| id.as_deref() == Some(&validator.id);
        if let Some(method) = resource.methods.values().find(|method| names_it(&method.request_validator_id)) {
            return Err(conflict(format_args!(
                "Cannot delete validator '{}', is referenced in method: {}/{}",
                validator.id, resource.path, method.http_method
            )));
        }
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(VALIDATOR, &validator.id));
    cx.commit(change).await
}
