//! GetDeployments.

use model_apigateway::{Deployments, GetDeploymentsRequest};

use crate::Cx;
use crate::entity::Deployment;
use crate::error::Result;
use crate::page::parts;
use crate::table::{DEPLOYMENT, DEPLOYMENTS};

/// Lists an API's deployments.
pub async fn get_deployments(cx: &Cx<'_>, input: GetDeploymentsRequest) -> Result<Deployments> {
    let api = cx.api(&input.rest_api_id).await?;
    let of = (api.id.as_str(), DEPLOYMENT);
    let (found, position) = parts(cx, &DEPLOYMENTS, of, input.position.as_deref(), input.limit).await?;
    Ok(Deployments { position, items: Some(found.iter().map(Deployment::output).collect()) })
}
