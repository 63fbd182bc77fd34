//! DeleteFunctionEventInvokeConfig.

use model_lambda::types::DeleteFunctionEventInvokeConfigRequest;
use store::{Expect, Tx};

use super::get_function_event_invoke_config::kept;
use super::put_function_event_invoke_config::meant;
use crate::Cx;
use crate::error::Result;
use crate::table::{event_config_sk, function_pk};

/// Forgets how asynchronous calls were to be treated.
pub async fn delete_function_event_invoke_config(
    cx: &Cx<'_>,
    input: DeleteFunctionEventInvokeConfigRequest,
) -> Result<()> {
    let (reference, qualifier) = meant(cx, &input.function_name, input.qualifier.as_deref()).await?;
    kept(cx, &reference, &qualifier).await?;
    let mut tx = Tx::new();
    tx.delete_raw(function_pk(&reference.function), event_config_sk(&qualifier), Expect::Any);
    cx.store().commit(tx).await?;
    Ok(())
}
