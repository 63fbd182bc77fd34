//! DeleteRestApi. What lies under the API is swept after its own document is gone.

use model_apigateway::DeleteRestApiRequest;
use store::{Tx, retry};

use crate::Cx;
use crate::error::{Result, bad_request};
use crate::sweep::DeletedApi;
use crate::table::{APIS, CHANGED};

/// Deletes an API with all it holds; its stages stop at once.
pub async fn delete_rest_api(cx: &Cx<'_>, input: DeleteRestApiRequest) -> Result<()> {
    retry(cx.store(), || delete(cx, &input.rest_api_id)).await?;
    cx.service.refresh(&input.rest_api_id).await?;
    Ok(store::sweep(cx.store(), &DeletedApi { api_id: input.rest_api_id }).await?)
}

async fn delete(cx: &Cx<'_>, api_id: &str) -> Result<()> {
    let api = cx.api(api_id).await?;
    if cx.is_mapped(api_id).await? {
        return Err(bad_request(
            "Please remove all base path mappings related to the RestApi in your account before deleting the RestApi.",
        ));
    }
    let mut tx = Tx::new();
    APIS.delete(&mut tx, &api);
    store::mark(&mut tx, &DeletedApi { api_id: api_id.to_owned() })?;
    tx.event(CHANGED, api_id);
    cx.store().commit(tx).await?;
    Ok(())
}
