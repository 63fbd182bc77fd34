//! DeleteAuthorizer. One that a method uses stays, so that no method loses its protection. (The sentence is ours.)

use model_apigateway::DeleteAuthorizerRequest;
use store::retry;

use crate::Cx;
use crate::error::{Result, conflict};
use crate::table::{AUTHORIZER, RESOURCE, RESOURCES, part_sk};

/// Removes an authorizer.
pub async fn delete_authorizer(cx: &Cx<'_>, input: DeleteAuthorizerRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteAuthorizerRequest) -> Result<()> {
    let api = cx.api(&input.rest_api_id).await?;
    let authorizer = cx.authorizer(&api, &input.authorizer_id).await?;
    for resource in cx.parts(&RESOURCES, &api.id, RESOURCE).await? {
        let user = resource.methods.values().find(|method| method.authorizer_id.as_deref() == Some(&authorizer.id));
        if let Some(method) = user {
            return Err(conflict(format_args!(
                "Cannot delete authorizer '{}', is referenced in method: {}/{}",
                authorizer.name, resource.path, method.http_method
            )));
        }
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(AUTHORIZER, &authorizer.id));
    cx.commit(change).await
}
