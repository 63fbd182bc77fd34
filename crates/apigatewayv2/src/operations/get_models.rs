//! GetModels, in order of ids.

use model_apigatewayv2::{GetModelsRequest, GetModelsResponse};

use crate::Cx;
use crate::entity::Model;
use crate::error::Result;
use crate::page::{Asked, listed};
use crate::table::{MODEL, MODELS, api_pk};

/// Lists an API's models.
pub async fn get_models(cx: &Cx<'_>, input: GetModelsRequest) -> Result<GetModelsResponse> {
    let api = cx.api(&input.api_id).await?;
    let asked = Asked { max_results: input.max_results.as_deref(), next_token: input.next_token.as_deref() };
    let (items, next_token) = listed(cx, &MODELS, (&api_pk(&api.id), MODEL), asked, Model::output).await?;
    Ok(GetModelsResponse { items, next_token })
}
