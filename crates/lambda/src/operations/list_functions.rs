//! ListFunctions: those of the call's region, with all their versions where that is asked for.

use model_lambda::types::{FunctionVersion, ListFunctionsRequest, ListFunctionsResponse};

use crate::Cx;
use crate::configuration::{Shown, to_wire};
use crate::error::Result;
use crate::name::LATEST;
use crate::paging::Page;
use crate::table::{FUNCTION_SK, FUNCTIONS, FUNCTIONS_OF, VERSIONS, VERSIONS_OF, home};

/// Lists functions.
pub async fn list_functions(cx: &Cx<'_>, input: ListFunctionsRequest) -> Result<ListFunctionsResponse> {
    let key = home(cx.call.account.as_str(), cx.call.region.as_str());
    let all = input.function_version == Some(FunctionVersion::All);
    let index = if all { VERSIONS_OF } else { FUNCTIONS_OF };
    let query = format!("ListFunctions {index} {key}");
    let page = Page::read(cx.store(), query, input.marker.as_deref(), input.max_items)?;
    let (places, next_marker) = page.of_index(cx.store(), index, &key).await?;
    let (store, sealer) = (cx.store(), cx.store().sealer());
    let mut functions = Vec::with_capacity(places.len());
    for (pk, sk) in places {
        // One that goes meanwhile is left out.
        let Some(function) = FUNCTIONS.get_kept(store, &pk, FUNCTION_SK).await? else { continue };
        if sk == FUNCTION_SK {
            let qualifier = all.then_some(LATEST);
            functions.push(to_wire(sealer, &function, &function.latest, qualifier, Shown::Listed)?);
        } else if let Some(version) = VERSIONS.get(store, &pk, &sk).await? {
            functions.push(to_wire(sealer, &function, &version, Some(&version.number), Shown::Listed)?);
        }
    }
    Ok(ListFunctionsResponse { next_marker, functions: Some(functions) })
}
