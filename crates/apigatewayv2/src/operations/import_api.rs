//! ImportApi: an HTTP API from a document of OpenAPI 3.0. A document is taken whole or not at all.

use model::ImportApiRequest;
use model_apigatewayv2 as model;
use store::retry;

use super::create_api::{check_room, insert, new};
use crate::Cx;
use crate::draft;
use crate::entity::{Protocol, TextMap};
use crate::error::Result;
use crate::openapi::judged;

/// Makes an API from a document.
pub async fn import_api(cx: &Cx<'_>, input: ImportApiRequest) -> Result<model::Api> {
    let definition = judged(cx, &input.body, input.basepath.as_deref(), input.fail_on_warnings).await?;
    let mut api = new(cx, Protocol::Http, TextMap::new());
    definition.describe(&mut api);
    draft::api::check(&api)?;
    retry(cx.store(), async || {
        check_room(cx).await?;
        insert(cx, &api, |change| definition.put(change)).await
    })
    .await?;
    Ok(api.output(cx.base_url()))
}
