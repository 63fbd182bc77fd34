//! GetLayerVersion.

use model_lambda::types::{GetLayerVersionRequest, GetLayerVersionResponse};

use super::publish_layer_version::{architectures, content_of, runtimes};
use crate::Cx;
use crate::configuration::last_modified;
use crate::entity::LayerVersion;
use crate::error::{Result, not_found};

/// Shows a layer's version.
pub async fn get_layer_version(cx: &Cx<'_>, input: GetLayerVersionRequest) -> Result<GetLayerVersionResponse> {
    let found = cx.layer(&input.layer_name, input.version_number).await?;
    found.map(|layer| show(cx, layer.value)).ok_or_else(missing)
}

/// No such version. (memory)
pub fn missing() -> aws_types::AwsError {
    not_found("The resource you requested does not exist.")
}

/// As the API shows it.
pub fn show(cx: &Cx<'_>, layer: LayerVersion) -> GetLayerVersionResponse {
    GetLayerVersionResponse {
        content: Some(content_of(cx, &layer)),
        layer_arn: Some(layer.layer_arn()),
        layer_version_arn: Some(layer.arn()),
        created_date: Some(last_modified(layer.created)),
        version: i64::try_from(layer.number).ok(),
        compatible_architectures: architectures(&layer),
        compatible_runtimes: runtimes(&layer),
        description: Some(layer.description),
        license_info: layer.license,
    }
}
