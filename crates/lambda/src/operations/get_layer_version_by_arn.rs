//! GetLayerVersionByArn.

use model_lambda::types::{GetLayerVersionByArnRequest, GetLayerVersionResponse};

use super::get_layer_version::{missing, show};
use crate::Cx;
use crate::error::Result;

/// Shows a layer's version.
pub async fn get_layer_version_by_arn(
    cx: &Cx<'_>,
    input: GetLayerVersionByArnRequest,
) -> Result<GetLayerVersionResponse> {
    cx.layer_version(&input.arn).await?.map(|layer| show(cx, layer)).ok_or_else(missing)
}
