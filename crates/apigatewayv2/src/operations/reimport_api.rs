//! ReimportApi: an HTTP API anew from a document. Its stages stay, and those that deploy by themselves serve it at once.

use model::ReimportApiRequest;
use model_apigatewayv2 as model;
use store::retry;

use crate::Cx;
use crate::draft;
use crate::error::{Result, not_for};
use crate::openapi::{judged, replace};

/// Puts a document's definition in place of an API's.
pub async fn reimport_api(cx: &Cx<'_>, input: ReimportApiRequest) -> Result<model::Api> {
    if !cx.api(&input.api_id).await?.is_http() {
        return Err(not_for("Import", "WEBSOCKET"));
    }
    let definition = judged(cx, &input.body, input.basepath.as_deref(), input.fail_on_warnings).await?;
    retry(cx.store(), async || {
        let api = cx.api(&input.api_id).await?;
        let before = cx.service.snapshot(&api).await?;
        let mut changed = api.value.clone();
        definition.describe(&mut changed);
        changed.managed = false;
        draft::api::check(&changed)?;
        let mut change = cx.change_api(&api, &changed)?;
        replace(&definition, &mut change, &before)?;
        cx.commit(change).await?;
        Ok(changed.output(cx.base_url()))
    })
    .await
}
