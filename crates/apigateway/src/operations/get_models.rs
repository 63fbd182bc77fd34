//! GetModels.

use model_apigateway::{GetModelsRequest, Models};

use crate::Cx;
use crate::entity::Model;
use crate::error::Result;
use crate::page::parts;
use crate::table::{MODEL, MODELS};

/// Lists an API's models.
pub async fn get_models(cx: &Cx<'_>, input: GetModelsRequest) -> Result<Models> {
    let api = cx.api(&input.rest_api_id).await?;
    let of = (api.id.as_str(), MODEL);
    let (found, position) = parts(cx, &MODELS, of, input.position.as_deref(), input.limit).await?;
    Ok(Models { position, items: Some(found.iter().map(Model::output).collect()) })
}
