//! GetSdk: a client of a stage, written for one language.

use std::collections::BTreeMap;

use aws_types::wire::Blob;
use model::{GetSdkRequest, SdkResponse};
use model_apigateway as model;

use super::get_sdk_types::sdk_type;
use crate::Cx;
use crate::error::{Result, bad_request};
use crate::sdk::{self, Parameters, Sdk};
use crate::zip::archive;

/// Writes an SDK.
pub async fn get_sdk(cx: &Cx<'_>, input: GetSdkRequest) -> Result<SdkResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    let kind = input.sdk_type.as_str();
    if sdk_type(kind).is_none() {
        return Err(bad_request(format_args!("Invalid SDK type specified: {kind:.100}")));
    }
    let deployment = cx.deployment(&api, &stage.deployment_id).await?;
    let sdk = Sdk::read(&api, &stage.name, &deployment.snapshot)?;
    let given: BTreeMap<String, String> = input.parameters.unwrap_or_default();
    let files = sdk::files(kind, &sdk, &Parameters(&given))?;
    let files: Vec<(&str, &str)> = files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
    Ok(SdkResponse {
        content_type: Some("application/octet-stream".to_owned()),
        content_disposition: Some(format!("attachment; filename=\"{kind}_{}.zip\"", stage.deployment_id)),
        body: Some(Blob(archive(&files))),
    })
}
