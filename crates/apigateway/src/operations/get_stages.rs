//! GetStages: all of them, there are no pages.

use model_apigateway::{GetStagesRequest, Stages};

use crate::Cx;
use crate::error::Result;
use crate::table::{STAGE, STAGES};

/// Lists an API's stages, or those of one deployment.
pub async fn get_stages(cx: &Cx<'_>, input: GetStagesRequest) -> Result<Stages> {
    let api = cx.api(&input.rest_api_id).await?;
    let stages = cx.parts(&STAGES, &api.id, STAGE).await?;
    let wanted = |id: &str| input.deployment_id.as_deref().is_none_or(|deployment_id| deployment_id == id);
    let item = stages.iter().filter(|stage| wanted(&stage.deployment_id)).map(|stage| stage.output()).collect();
    Ok(Stages { item: Some(item) })
}
