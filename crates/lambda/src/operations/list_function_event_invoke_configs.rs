//! ListFunctionEventInvokeConfigs.

use model_lambda::types::{ListFunctionEventInvokeConfigsRequest, ListFunctionEventInvokeConfigsResponse};

use crate::Cx;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{EVENT_CONFIG_PREFIX, EVENT_CONFIGS, function_pk};

/// Lists how asynchronous calls of a function's versions and aliases are treated.
pub async fn list_function_event_invoke_configs(
    cx: &Cx<'_>,
    input: ListFunctionEventInvokeConfigsRequest,
) -> Result<ListFunctionEventInvokeConfigsResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let query = format!("ListFunctionEventInvokeConfigs {name}");
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (found, next_marker) =
        page.of_partition(cx.store(), &EVENT_CONFIGS, &function_pk(&name), EVENT_CONFIG_PREFIX).await?;
    let configs = found.iter().map(|config| config.value.to_wire(name.qualified(&config.qualifier)));
    Ok(ListFunctionEventInvokeConfigsResponse { function_event_invoke_configs: Some(configs.collect()), next_marker })
}
