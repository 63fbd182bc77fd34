//! DeleteFunctionUrlConfig.

use model_lambda::types::DeleteFunctionUrlConfigRequest;
use store::Tx;

use super::create_function_url_config::addressed;
use super::get_function_url_config::url;
use crate::Cx;
use crate::error::{Result, lost};
use crate::table::URLS;

/// Takes an address away, for good: a new one has another name.
pub async fn delete_function_url_config(cx: &Cx<'_>, input: DeleteFunctionUrlConfigRequest) -> Result<()> {
    let reference = addressed(cx, &input.function_name, input.qualifier.as_deref()).await?;
    let url = url(cx, &reference).await?;
    let mut tx = Tx::new();
    URLS.delete(&mut tx, &url);
    cx.store().commit(tx).await.map_err(|error| lost(error.into()))?;
    Ok(())
}
