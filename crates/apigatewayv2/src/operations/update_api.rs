//! UpdateApi. What quick create made can be pointed elsewhere here, too.

use model::UpdateApiRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_api::aim;
use crate::Cx;
use crate::definition::Change;
use crate::draft;
use crate::entity::{Api, Integration, Route};
use crate::error::{Result, bad_request};
use crate::table::{INTEGRATION, INTEGRATIONS, ROUTE, ROUTES};

/// Changes an API.
pub async fn update_api(cx: &Cx<'_>, input: UpdateApiRequest) -> Result<model::Api> {
    retry(cx.store(), || update(cx, &input)).await
}

async fn update(cx: &Cx<'_>, input: &UpdateApiRequest) -> Result<model::Api> {
    let api = cx.api(&input.api_id).await?;
    let mut changed = api.value.clone();
    draft::api::apply(&mut changed, input);
    draft::api::check(&changed)?;
    let mut change = cx.change_api(&api, &changed)?;
    if input.target.is_some() || input.route_key.is_some() || input.credentials_arn.is_some() {
        update_managed(cx, &api, &mut change, input).await?;
    }
    cx.commit(change).await?;
    Ok(changed.output(cx.base_url()))
}

async fn update_managed(cx: &Cx<'_>, api: &Api, change: &mut Change, input: &UpdateApiRequest) -> Result<()> {
    let integrations: Vec<Integration> = cx.parts(&INTEGRATIONS, &api.id, INTEGRATION).await?;
    let routes: Vec<Route> = cx.parts(&ROUTES, &api.id, ROUTE).await?;
    let none = || bad_request("target, routeKey and credentialsArn can only be updated for APIs made by quick create");
    let mut integration = integrations.into_iter().find(|one| one.managed).ok_or_else(none)?;
    aim(&mut integration, input.target.as_deref(), input.credentials_arn.clone())?;
    change.put_integration(&integration)?;
    if let Some(key) = &input.route_key {
        let mut route = routes.iter().find(|one| one.managed).cloned().ok_or_else(none)?;
        route.key.clone_from(key);
        super::create_route::check_free(&routes, &route)?;
        let around = draft::route::Around { authorizer: None, integration: true };
        draft::route::check(
            &Route {
                authorization_type: "NONE".to_owned(),
                authorizer_id: None,
                authorization_scopes: Vec::new(),
                ..route.clone()
            },
            api.protocol,
            around,
        )?;
        change.put_route(&route)?;
    }
    Ok(())
}
