//! GetProvisionedConcurrencyConfig.

use aws_types::AwsError;
use model_lambda::errors as shapes;
use model_lambda::types::{
    GetProvisionedConcurrencyConfigRequest, GetProvisionedConcurrencyConfigResponse, ProvisionedConcurrencyStatusEnum,
};

use super::put_provisioned_concurrency_config::provisioned;
use crate::Cx;
use crate::configuration::last_modified;
use crate::error::Result;
use crate::table::{PROVISIONED, function_pk, provisioned_sk};

/// Shows the provisioned concurrency of a version or alias.
pub async fn get_provisioned_concurrency_config(
    cx: &Cx<'_>,
    input: GetProvisionedConcurrencyConfigRequest,
) -> Result<GetProvisionedConcurrencyConfigResponse> {
    let (reference, qualifier) = provisioned(cx, &input.function_name, &input.qualifier).await?;
    let pk = function_pk(&reference.function);
    let config = PROVISIONED.get(cx.store(), &pk, &provisioned_sk(&qualifier)).await?;
    // memory
    let message = "No Provisioned Concurrency Config found for this function";
    let config =
        config.ok_or_else(|| AwsError::of(&shapes::PROVISIONED_CONCURRENCY_CONFIG_NOT_FOUND_EXCEPTION, message))?.value;
    Ok(GetProvisionedConcurrencyConfigResponse {
        requested_provisioned_concurrent_executions: Some(config.wanted),
        available_provisioned_concurrent_executions: Some(config.wanted),
        allocated_provisioned_concurrent_executions: Some(config.wanted),
        status: Some(ProvisionedConcurrencyStatusEnum::Ready),
        status_reason: None,
        last_modified: Some(last_modified(config.modified)),
    })
}
