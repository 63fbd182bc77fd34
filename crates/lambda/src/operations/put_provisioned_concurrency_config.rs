//! PutProvisionedConcurrencyConfig. Processes start with the first calls and stay warm after; none is started before.

use model_lambda::types::{
    ProvisionedConcurrencyStatusEnum, PutProvisionedConcurrencyConfigRequest, PutProvisionedConcurrencyConfigResponse,
};
use store::{Expect, Tx};

use crate::Cx;
use crate::configuration::last_modified;
use crate::entity::Provisioned;
use crate::error::{Result, invalid_parameter};
use crate::name::{LATEST, Reference};
use crate::table::{FUNCTION_SK, PROVISIONED, function_pk, provisioned_sk};

/// Sets the provisioned concurrency of a version or alias.
pub async fn put_provisioned_concurrency_config(
    cx: &Cx<'_>,
    input: PutProvisionedConcurrencyConfigRequest,
) -> Result<PutProvisionedConcurrencyConfigResponse> {
    let (reference, qualifier) = provisioned(cx, &input.function_name, &input.qualifier).await?;
    let found = cx.service.find(&reference).await?;
    let wanted = input.provisioned_concurrent_executions;
    if found.function.reserved_concurrency.is_some_and(|reserved| wanted > reserved) {
        // memory
        return Err(invalid_parameter(
            "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
        ));
    }
    let config = Provisioned { qualifier: qualifier.clone(), wanted, modified: cx.now() };
    let pk = function_pk(&reference.function);
    let mut tx = Tx::new();
    tx.require(&pk, FUNCTION_SK, Expect::Present);
    PROVISIONED.put(&mut tx, &pk, &provisioned_sk(&qualifier), &config, Vec::new())?;
    cx.store().commit(tx).await.map_err(|error| crate::error::lost(error.into()))?;
    Ok(PutProvisionedConcurrencyConfigResponse {
        requested_provisioned_concurrent_executions: Some(wanted),
        allocated_provisioned_concurrent_executions: Some(0),
        available_provisioned_concurrent_executions: Some(0),
        status: Some(ProvisionedConcurrencyStatusEnum::InProgress),
        status_reason: None,
        last_modified: Some(last_modified(config.modified)),
    })
}

/// A version or an alias of one.
///
/// # Errors
/// `InvalidParameterValueException`, `ResourceNotFoundException`, the store's.
pub async fn provisioned(cx: &Cx<'_>, name: &str, qualifier: &str) -> Result<(Reference, String)> {
    let reference = cx.reference(name, Some(qualifier))?;
    cx.check_qualifier(&reference).await?;
    let found = cx.service.find(&reference).await?;
    if qualifier == LATEST || found.version.is_latest() {
        // memory
        return Err(invalid_parameter(
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        ));
    }
    Ok((reference, qualifier.to_owned()))
}
