//! DeleteLayerVersion. Functions that use it keep it; one that is not there is gone already.

use model_lambda::types::DeleteLayerVersionRequest;
use store::Tx;

use crate::Cx;
use crate::configuration::count;
use crate::error::{Result, lost};
use crate::table::LAYERS;
use crate::versions::count_code;

/// Deletes a layer's version.
pub async fn delete_layer_version(cx: &Cx<'_>, input: DeleteLayerVersionRequest) -> Result<()> {
    let Some(layer) = cx.layer(&input.layer_name, input.version_number).await? else { return Ok(()) };
    let mut tx = Tx::new();
    LAYERS.delete(&mut tx, &layer);
    count_code(&mut tx, &layer.account, &layer.region, -count(layer.code.size)?);
    cx.commit(tx).await.map_err(lost)?;
    cx.service.doors.code.release([layer.value.code.sha256]).await;
    Ok(())
}
