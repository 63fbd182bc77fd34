//! PublishLayerVersion.

use aws_types::AwsError;
use model_lambda::types::{
    Architecture, LayerVersionContentOutput, PublishLayerVersionRequest, PublishLayerVersionResponse, Runtime,
};
use store::{Tx, retry};

use crate::Cx;
use crate::code::shown;
use crate::configuration::{count, last_modified};
use crate::entity::{LayerVersion, Permissions};
use crate::error::{Result, lost};
use crate::layers::layer_name;
use crate::table::{LAYER_LAST, LAYER_LAST_SK, LAYERS, layer_index, layer_pk, layer_sk};
use crate::upload::{Upload, keep};
use crate::versions::count_code;

/// Makes the next version of a layer.
pub async fn publish_layer_version(
    cx: &Cx<'_>,
    input: PublishLayerVersionRequest,
) -> Result<PublishLayerVersionResponse> {
    let name = layer_name(cx, &input.layer_name)?;
    let content = input.content;
    let upload = Upload {
        zip: content.zip_file,
        bucket: content.s3_bucket,
        key: content.s3_key,
        version: content.s3_object_version,
        image: None,
    };
    let (zip, code) = upload.read(cx).await?;
    let layer = LayerVersion {
        account: cx.call.account.to_string(),
        region: cx.call.region.to_string(),
        name,
        number: 0,
        code,
        description: input.description.unwrap_or_default(),
        license: input.license_info,
        runtimes: input.compatible_runtimes.map(|all| all.iter().map(|one| one.as_str().to_owned()).collect()),
        architectures: input
            .compatible_architectures
            .map(|all| all.iter().map(|one| one.as_str().to_owned()).collect()),
        created: cx.now(),
        permissions: Permissions::default(),
    };
    let held = keep(cx, &zip).await?;
    let written = retry(cx.store(), || next(cx, &layer)).await.map_err(lost);
    let sha256 = held.sha256.clone();
    drop(held);
    if written.is_err() {
        cx.service.doors.code.release([sha256]).await;
    }
    written.map(|layer| PublishLayerVersionResponse {
        content: Some(content_of(cx, &layer)),
        layer_arn: Some(layer.layer_arn()),
        layer_version_arn: Some(layer.arn()),
        description: Some(layer.description.clone()),
        created_date: Some(last_modified(layer.created)),
        version: i64::try_from(layer.number).ok(),
        compatible_architectures: architectures(&layer),
        compatible_runtimes: runtimes(&layer),
        license_info: layer.license,
    })
}

/// Numbers are never used twice, not even those of versions that were deleted.
async fn next(cx: &Cx<'_>, layer: &LayerVersion) -> Result<LayerVersion, AwsError> {
    let pk = layer_pk(&layer.account, &layer.region, &layer.name);
    let last = LAYER_LAST.get(cx.store(), &pk, LAYER_LAST_SK).await?;
    let number = last.as_ref().map_or(0, |last| last.value).saturating_add(1);
    let layer = LayerVersion { number, ..layer.clone() };
    let mut tx = Tx::new();
    match &last {
        Some(last) => LAYER_LAST.update(&mut tx, last, &number, Vec::new())?,
        None => LAYER_LAST.insert(&mut tx, &pk, LAYER_LAST_SK, &number, Vec::new())?,
    }
    LAYERS.insert(&mut tx, &pk, &layer_sk(number), &layer, layer_index(&layer))?;
    count_code(&mut tx, &layer.account, &layer.region, count(layer.code.size)?);
    cx.commit(tx).await?;
    Ok(layer)
}

/// Where a layer's zip can be fetched, and what it is.
pub fn content_of(cx: &Cx<'_>, layer: &LayerVersion) -> LayerVersionContentOutput {
    LayerVersionContentOutput {
        location: Some(cx.service.code_address(&layer.code.sha256, cx.now())),
        code_sha256: Some(shown(&layer.code.sha256)),
        code_size: i64::try_from(layer.code.size).ok(),
        ..LayerVersionContentOutput::default()
    }
}

/// `CompatibleRuntimes`.
pub fn runtimes(layer: &LayerVersion) -> Option<Vec<Runtime>> {
    layer.runtimes.as_ref().map(|all| all.iter().filter_map(|name| Runtime::parse(name)).collect())
}

/// `CompatibleArchitectures`.
pub fn architectures(layer: &LayerVersion) -> Option<Vec<Architecture>> {
    layer.architectures.as_ref().map(|all| all.iter().filter_map(|name| Architecture::parse(name)).collect())
}
