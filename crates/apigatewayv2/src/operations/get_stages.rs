//! GetStages, in order of names.

use model_apigatewayv2::{GetStagesRequest, GetStagesResponse};

use crate::Cx;
use crate::entity::Stage;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{STAGE, STAGES, api_pk};

/// Lists an API's stages.
pub async fn get_stages(cx: &Cx<'_>, input: GetStagesRequest) -> Result<GetStagesResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) = listed(cx, &STAGES, (&api_pk(&api.id), STAGE), asked, Stage::output).await?;
    Ok(GetStagesResponse { items, next_token })
}
