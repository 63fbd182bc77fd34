//! GetExport: what a stage serves, as OpenAPI 2 or 3, with what its documentation version says. Models are those of the
//! moment, and `postman` adds nothing: Postman reads the document as it is.

use aws_types::wire::Blob;
use model::{ExportResponse, GetExportRequest};
use model_apigateway as model;
use serde_json::Value;

use crate::Cx;
use crate::error::{Result, bad_request, deployment_not_found};
use crate::openapi::{Exported, Extensions, Format, export, to_yaml};
use crate::table::{DOCUMENTATION_VERSION, DOCUMENTATION_VERSIONS, MODEL, MODELS};

/// Writes a document of a stage.
pub async fn get_export(cx: &Cx<'_>, input: GetExportRequest) -> Result<ExportResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    let (format, name) = match input.export_type.as_str() {
        "swagger" => (Format::Swagger, "swagger"),
        "oas30" => (Format::Oas30, "oas30"),
        other => return Err(bad_request(format_args!("No API exporter for type '{other:.100}'"))),
    };
    let extensions = extensions(input.parameters.as_ref().and_then(|all| all.get("extensions")).map(String::as_str))?;
    let yaml = is_yaml(input.accepts.as_deref())?;
    let deployment = cx.deployment(&api, &stage.deployment_id).await.map_err(|_| deployment_not_found())?;
    let documentation = match stage.documentation_version.as_deref() {
        Some(version) => cx.part(&DOCUMENTATION_VERSIONS, &api, DOCUMENTATION_VERSION, version).await?,
        None => None,
    };
    let documented = documentation.as_ref().map(|version| version.created);
    let parts = documentation.map(|version| version.value.parts).unwrap_or_default();
    let models = cx.parts(&MODELS, &api.id, MODEL).await?;
    let exported = Exported {
        api: &api,
        stage: &stage,
        snapshot: &deployment.snapshot,
        models: &models,
        documentation: &parts,
        documented,
    };
    let document = export(&exported, format, extensions);
    let (text, content_type, ending) = if yaml {
        (to_yaml(&document), "application/yaml", "yaml")
    } else {
        (pretty(&document), "application/json", "json")
    };
    Ok(ExportResponse {
        content_type: Some(content_type.to_owned()),
        content_disposition: Some(format!("attachment; filename=\"{name}_{}.{ending}\"", stage.deployment_id)),
        body: Some(Blob(text.into_bytes())),
    })
}

fn pretty(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_else(|_| document.to_string())
}

fn extensions(given: Option<&str>) -> Result<Extensions> {
    let mut extensions = Extensions::default();
    for name in given.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()) {
        match name {
            "integrations" => extensions.integrations = true,
            "authorizers" => extensions.authorizers = true,
            "documentation" => extensions.documentation = true,
            "apigateway" => {
                extensions = Extensions { integrations: true, authorizers: true, documentation: true, rest: true };
            }
            // The guide names both; neither adds anything.
            "postman" | "validators" => {}
            other => return Err(bad_request(format_args!("Invalid extensions specified: {other:.100}"))),
        }
    }
    Ok(extensions)
}

/// The first type that is known; whatever may be sent is JSON.
fn is_yaml(accepts: Option<&str>) -> Result<bool> {
    let types = accepts.unwrap_or("application/json").split(',');
    let mut known = types.filter_map(|part| match part.split(';').next().unwrap_or_default().trim() {
        "application/yaml" => Some(true),
        "application/json" | "*/*" | "application/*" | "" => Some(false),
        _ => None,
    });
    known.next().ok_or_else(|| bad_request("Invalid accepts specified, must be application/json or application/yaml"))
}
