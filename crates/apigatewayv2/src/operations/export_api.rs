//! ExportApi: what a stage serves, or what stands there now, as OpenAPI 3.0.

use aws_types::wire::Blob;
use model::ExportApiRequest;
use model_apigatewayv2 as model;

use crate::Cx;
use crate::error::{Result, bad_request, deployment_not_found, not_for};
use crate::openapi::{Extensions, export};

/// Writes a document of an API.
pub async fn export_api(cx: &Cx<'_>, input: ExportApiRequest) -> Result<model::ExportApiResponse> {
    let api = cx.api(&input.api_id).await?;
    if !api.is_http() {
        return Err(not_for("Export", "WEBSOCKET"));
    }
    if input.specification != "OAS30" {
        let given = &input.specification;
        return Err(bad_request(format_args!("Invalid specification specified: {given:.100}. It must be OAS30")));
    }
    if input.export_version.as_deref().is_some_and(|version| version != "1.0") {
        return Err(bad_request("Invalid exportVersion specified. It must be 1.0"));
    }
    let stage = input.stage_name.as_deref().filter(|name| !name.is_empty());
    let snapshot = match stage {
        None => cx.service.snapshot(&api).await?,
        Some(name) => {
            let stage = cx.stage(&api.id, name).await?;
            let id = stage.deployment_id.ok_or_else(|| deployment_not_found(""))?;
            cx.service.frozen(&api, &id).await?.ok_or_else(|| deployment_not_found(&id))?
        }
    };
    let extensions = if input.include_extensions == Some(false) { Extensions::Left } else { Extensions::Included };
    let document = export(&api, &snapshot, stage, extensions, cx.base_url());
    let text = match input.output_type.as_str() {
        "JSON" => serde_json::to_string_pretty(&document).unwrap_or_else(|_| document.to_string()),
        "YAML" => openapi_document::to_yaml(&document),
        other => {
            return Err(bad_request(format_args!(
                "Invalid outputType specified: {other:.100}. It must be JSON or YAML"
            )));
        }
    };
    Ok(model::ExportApiResponse { body: Some(Blob(text.into_bytes())) })
}
