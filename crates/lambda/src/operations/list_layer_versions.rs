//! ListLayerVersions, newest first.

use model_lambda::types::{LayerVersionsListItem, ListLayerVersionsRequest, ListLayerVersionsResponse};

use super::publish_layer_version::{architectures, runtimes};
use crate::Cx;
use crate::configuration::last_modified;
use crate::entity::LayerVersion;
use crate::error::Result;
use crate::layers::{fits, layer_name};
use crate::paging::Page;
use crate::table::{LAYER_PREFIX, LAYERS, layer_pk};

/// Lists a layer's versions.
pub async fn list_layer_versions(cx: &Cx<'_>, input: ListLayerVersionsRequest) -> Result<ListLayerVersionsResponse> {
    let name = layer_name(cx, &input.layer_name)?;
    let pk = layer_pk(cx.call.account.as_str(), cx.call.region.as_str(), &name);
    let page = Page::read(cx.store(), format!("ListLayerVersions {pk}"), input.marker.as_deref(), input.max_items)?;
    let (mut found, next_marker) = page.of_partition(cx.store(), &LAYERS, &pk, LAYER_PREFIX).await?;
    found.retain(|layer| fits(&layer.value, input.compatible_runtime, input.compatible_architecture));
    found.sort_by_key(|layer| std::cmp::Reverse(layer.value.number));
    let layer_versions = found.iter().map(|layer| item(&layer.value)).collect();
    Ok(ListLayerVersionsResponse { next_marker, layer_versions: Some(layer_versions) })
}

/// As lists show it.
pub fn item(layer: &LayerVersion) -> LayerVersionsListItem {
    LayerVersionsListItem {
        layer_version_arn: Some(layer.arn()),
        version: i64::try_from(layer.number).ok(),
        description: Some(layer.description.clone()),
        created_date: Some(last_modified(layer.created)),
        compatible_architectures: architectures(layer),
        compatible_runtimes: runtimes(layer),
        license_info: layer.license.clone(),
    }
}
