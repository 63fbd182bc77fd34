//! UpdateAuthorizer. Whether another issuer answers is asked before the transaction.

use model::UpdateAuthorizerRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_authorizer::{check_free, discover};
use crate::Cx;
use crate::draft::authorizer::{apply, check};
use crate::entity::{Authorizer, Route};
use crate::error::{Result, bad_request};
use crate::table::{AUTHORIZER, AUTHORIZERS, ROUTE, ROUTES};

/// Changes an authorizer.
pub async fn update_authorizer(cx: &Cx<'_>, input: UpdateAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.api_id).await?;
    let before = cx.authorizer(&api.id, &input.authorizer_id).await?;
    let mut authorizer = before.clone();
    apply(&mut authorizer, &input);
    check(&authorizer, api.protocol)?;
    if authorizer.issuer != before.issuer {
        discover(cx, &authorizer).await?;
    }
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateAuthorizerRequest) -> Result<model::Authorizer> {
    let api = cx.api(&input.api_id).await?;
    let mut authorizer = cx.authorizer(&api.id, &input.authorizer_id).await?;
    let kind = authorizer.authorizer_type.clone();
    apply(&mut authorizer, input);
    check(&authorizer, api.protocol)?;
    let others: Vec<Authorizer> = cx.parts(&AUTHORIZERS, &api.id, AUTHORIZER).await?;
    check_free(&others, &authorizer)?;
    if kind != authorizer.authorizer_type {
        let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
        if routes.iter().any(|route| route.authorizer_id.as_deref() == Some(&authorizer.id)) {
            return Err(bad_request("The type of an authorizer that routes use cannot be changed"));
        }
    }
    let mut change = cx.change(&api)?;
    change.put_authorizer(&authorizer)?;
    cx.commit(change).await?;
    Ok(authorizer.output())
}
