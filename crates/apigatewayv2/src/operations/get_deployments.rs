//! GetDeployments, in order of ids.

use model_apigatewayv2::{GetDeploymentsRequest, GetDeploymentsResponse};

use crate::Cx;
use crate::entity::Deployment;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{DEPLOYMENT, DEPLOYMENTS, api_pk};

/// Lists an API's deployments.
pub async fn get_deployments(cx: &Cx<'_>, input: GetDeploymentsRequest) -> Result<GetDeploymentsResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) =
        listed(cx, &DEPLOYMENTS, (&api_pk(&api.id), DEPLOYMENT), asked, Deployment::output).await?;
    Ok(GetDeploymentsResponse { items, next_token })
}
