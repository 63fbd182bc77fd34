//! DeleteApi. What lies under the API is swept after its own document is gone.

use model_apigatewayv2::DeleteApiRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, bad_request};
use crate::sweep::DeletedApi;
use crate::table::{APIS, CHANGED};

/// Deletes an API with all it holds; its stages stop at once.
pub async fn delete_api(cx: &Cx<'_>, input: DeleteApiRequest) -> Result<()> {
    cx.api(&input.api_id).await?;
    if cx.service.doors().domains.lead_to(&input.api_id).await? {
        return Err(bad_request(
            "Unable to delete API. Please remove all API mappings and routing rules that lead to it before deleting it.",
        ));
    }
    retry(cx.store(), || delete(cx, &input.api_id)).await?;
    cx.service.refresh(&input.api_id).await?;
    Ok(store::sweep(cx.store(), &DeletedApi { api_id: input.api_id }).await?)
}

async fn delete(cx: &Cx<'_>, api_id: &str) -> Result<()> {
    let api = cx.api(api_id).await?;
    let mut tx = Tx::new();
    APIS.delete(&mut tx, &api);
    store::mark(&mut tx, &DeletedApi { api_id: api_id.to_owned() })?;
    tx.event(CHANGED, api_id);
    cx.store().commit(tx).await?;
    Ok(())
}
