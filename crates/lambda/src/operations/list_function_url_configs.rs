//! ListFunctionUrlConfigs.

use model_lambda::types::{
    FunctionUrlAuthType, FunctionUrlConfig, InvokeMode, ListFunctionUrlConfigsRequest, ListFunctionUrlConfigsResponse,
};

use crate::Cx;
use crate::configuration::last_modified;
use crate::error::Result;
use crate::paging::Page;
use crate::table::{URL_PREFIX, URLS, function_pk};

/// Lists the addresses of a function and its aliases.
pub async fn list_function_url_configs(
    cx: &Cx<'_>,
    input: ListFunctionUrlConfigsRequest,
) -> Result<ListFunctionUrlConfigsResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    cx.function(&name).await?;
    let query = format!("ListFunctionUrlConfigs {name}");
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (found, next_marker) = page.of_partition(cx.store(), &URLS, &function_pk(&name), URL_PREFIX).await?;
    let urls = found.into_iter().map(|url| url.value).map(|url| FunctionUrlConfig {
        function_url: Some(cx.service.url_of(&url)),
        function_arn: Some(url.arn()),
        creation_time: Some(last_modified(url.created)),
        last_modified_time: Some(last_modified(url.modified)),
        auth_type: FunctionUrlAuthType::parse(&url.auth_type),
        invoke_mode: InvokeMode::parse(&url.invoke_mode),
        cors: url.cors,
    });
    Ok(ListFunctionUrlConfigsResponse { function_url_configs: Some(urls.collect()), next_marker })
}
