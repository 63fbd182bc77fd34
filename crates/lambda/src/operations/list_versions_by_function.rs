//! ListVersionsByFunction: `$LATEST` first.

use model_lambda::types::{ListVersionsByFunctionRequest, ListVersionsByFunctionResponse};

use crate::Cx;
use crate::configuration::{Shown, to_wire};
use crate::error::Result;
use crate::name::LATEST;
use crate::paging::Page;
use crate::table::{VERSION_PREFIX, VERSIONS, function_pk};

/// Lists versions.
pub async fn list_versions_by_function(
    cx: &Cx<'_>,
    input: ListVersionsByFunctionRequest,
) -> Result<ListVersionsByFunctionResponse> {
    let name = cx.reference(&input.function_name, None)?.function;
    let function = cx.function(&name).await?;
    let first = input.marker.as_deref().is_none_or(str::is_empty);
    let query = format!("ListVersionsByFunction {name}");
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (found, next_marker) = page.of_partition(cx.store(), &VERSIONS, &function_pk(&name), VERSION_PREFIX).await?;
    let sealer = cx.store().sealer();
    let mut versions = Vec::with_capacity(found.len() + 1);
    if first {
        versions.push(to_wire(sealer, &function, &function.latest, Some(LATEST), Shown::Listed)?);
    }
    for version in found {
        versions.push(to_wire(sealer, &function, &version, Some(&version.value.number), Shown::Listed)?);
    }
    Ok(ListVersionsByFunctionResponse { next_marker, versions: Some(versions) })
}
