//! ListProvisionedConcurrencyConfigs.

use model_lambda::types::{
    ListProvisionedConcurrencyConfigsRequest, ListProvisionedConcurrencyConfigsResponse,
    ProvisionedConcurrencyConfigListItem, ProvisionedConcurrencyStatusEnum,
};

use crate::Cx;
use crate::configuration::last_modified;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{PROVISIONED, PROVISIONED_PREFIX, function_pk};

/// Lists the provisioned concurrency of a function's versions and aliases.
pub async fn list_provisioned_concurrency_configs(
    cx: &Cx<'_>,
    input: ListProvisionedConcurrencyConfigsRequest,
) -> Result<ListProvisionedConcurrencyConfigsResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let query = format!("ListProvisionedConcurrencyConfigs {name}");
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (found, next_marker) =
        page.of_partition(cx.store(), &PROVISIONED, &function_pk(&name), PROVISIONED_PREFIX).await?;
    let items = found.iter().map(|config| ProvisionedConcurrencyConfigListItem {
        function_arn: Some(name.qualified(&config.qualifier)),
        requested_provisioned_concurrent_executions: Some(config.wanted),
        available_provisioned_concurrent_executions: Some(config.wanted),
        allocated_provisioned_concurrent_executions: Some(config.wanted),
        status: Some(ProvisionedConcurrencyStatusEnum::Ready),
        status_reason: None,
        last_modified: Some(last_modified(config.modified)),
    });
    Ok(ListProvisionedConcurrencyConfigsResponse {
        provisioned_concurrency_configs: Some(items.collect()),
        next_marker,
    })
}
