//! ListLayers: each with its newest version that fits.

use model_lambda::types::{LayersListItem, ListLayersRequest, ListLayersResponse};

use super::list_layer_versions::item;
use crate::Cx;
use crate::entity::LayerVersion;
use crate::error::Result;
use crate::layers::fits;
use crate::paging::Page;
use crate::table::{LAYERS, LAYERS_OF, home};

/// Lists layers.
pub async fn list_layers(cx: &Cx<'_>, input: ListLayersRequest) -> Result<ListLayersResponse> {
    let key = home(cx.call.account.as_str(), cx.call.region.as_str());
    let page = Page::read(cx.store(), format!("ListLayers {key}"), input.marker.as_deref(), input.max_items)?;
    let (places, next_marker) = page.of_index(cx.store(), LAYERS_OF, &key).await?;
    // The versions of a layer follow one another, the newest last.
    let mut newest: Vec<LayerVersion> = Vec::new();
    for (pk, sk) in places {
        let Some(layer) = LAYERS.get(cx.store(), &pk, &sk).await? else { continue };
        if !fits(&layer.value, input.compatible_runtime, input.compatible_architecture) {
            continue;
        }
        match newest.last_mut().filter(|last| last.name == layer.value.name) {
            Some(last) => *last = layer.value,
            None => newest.push(layer.value),
        }
    }
    let layers = newest.iter().map(|layer| LayersListItem {
        layer_name: Some(layer.name.clone()),
        layer_arn: Some(layer.layer_arn()),
        latest_matching_version: Some(item(layer)),
    });
    Ok(ListLayersResponse { next_marker, layers: Some(layers.collect()) })
}
