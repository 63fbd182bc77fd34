//! DeleteAuthorizer. One that a route uses stays.

use model_apigatewayv2::DeleteAuthorizerRequest;
use store::retry;

use crate::Cx;
use crate::entity::Route;
use crate::error::{Result, conflict};
use crate::table::{AUTHORIZER, ROUTE, ROUTES, part_sk};

/// Deletes an authorizer.
pub async fn delete_authorizer(cx: &Cx<'_>, input: DeleteAuthorizerRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input)).await
}

async fn delete(cx: &Cx<'_>, input: &DeleteAuthorizerRequest) -> Result<()> {
    let api = cx.api(&input.api_id).await?;
    let authorizer = cx.authorizer(&api.id, &input.authorizer_id).await?;
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    if let Some(route) = routes.iter().find(|route| route.authorizer_id.as_deref() == Some(&authorizer.id)) {
        return Err(conflict(format_args!(
            "Cannot delete authorizer '{}', is referenced by route: {}",
            authorizer.name, route.key
        )));
    }
    let mut change = cx.change(&api)?;
    change.delete(&part_sk(AUTHORIZER, &authorizer.id));
    cx.commit(change).await
}
