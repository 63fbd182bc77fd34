//! DeleteProvisionedConcurrencyConfig. One that is not there is gone already.

use model_lambda::types::DeleteProvisionedConcurrencyConfigRequest;
use store::{Expect, Tx};

use super::put_provisioned_concurrency_config::provisioned;
use crate::Cx;
use crate::error::Result;
use crate::table::{function_pk, provisioned_sk};

/// Ends the provisioned concurrency of a version or alias.
pub async fn delete_provisioned_concurrency_config(
    cx: &Cx<'_>,
    input: DeleteProvisionedConcurrencyConfigRequest,
) -> Result<()> {
    let (reference, qualifier) = provisioned(cx, &input.function_name, &input.qualifier).await?;
    let mut tx = Tx::new();
    tx.delete_raw(function_pk(&reference.function), provisioned_sk(&qualifier), Expect::Any);
    cx.store().commit(tx).await?;
    Ok(())
}
