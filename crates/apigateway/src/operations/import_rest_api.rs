//! ImportRestApi: an API from a document of OpenAPI 2 or 3. A document is taken whole or not at all.

use model::ImportRestApiRequest;
use model_apigateway as model;
use serde_json::{Map, Value, json};

use crate::Cx;
use crate::entity::TextMap;
use crate::error::{Result, bad_request};
use crate::openapi::document::{self, DocumentError};
use crate::openapi::import;
use crate::openapi::read::{BasePathMode, Documentation, Options, Plan, read};

/// Makes an API from a document.
pub async fn import_rest_api(cx: &Cx<'_>, input: ImportRestApiRequest) -> Result<model::RestApi> {
    let parameters = input.parameters.unwrap_or_default();
    let plan = plan(&input.body.0, &parameters)?;
    let target = import(cx, plan, endpoint(&parameters)?, input.fail_on_warnings).await?;
    let api = target.create(cx).await?;
    Ok(model::RestApi { warnings: shown(target.warnings), ..api.output() })
}

/// Warnings, where there are any.
pub(super) fn shown(warnings: Vec<String>) -> Option<Vec<String>> {
    Some(warnings).filter(|warnings| !warnings.is_empty())
}

/// Reads a document as the parameters of the call want it.
pub(super) fn plan(body: &[u8], parameters: &TextMap) -> Result<Plan> {
    let base_path = match parameters.get("basepath").map(String::as_str) {
        None | Some("ignore") => BasePathMode::Ignore,
        Some("prepend") => BasePathMode::Prepend,
        Some("split") => BasePathMode::Split,
        Some(other) => {
            return Err(bad_request(format_args!(
                "Invalid basepath specified: {other:.100}. Valid values are ignore, prepend, split"
            )));
        }
    };
    let ignored = parameters.get("ignore").is_some_and(|what| what.split(',').any(|what| what == "documentation"));
    let documentation = if ignored { Documentation::Ignored } else { Documentation::Read };
    Ok(read(&parse(body)?, Options { base_path, documentation }))
}

/// Reads the text of a document.
pub(super) fn parse(body: &[u8]) -> Result<Value> {
    document::read(body).map_err(|error| match error {
        DocumentError::TooLarge => {
            bad_request("Invalid OpenAPI input. The API definition is too large, can be at most 6 MB")
        }
        DocumentError::Malformed(_) => bad_request("Invalid OpenAPI input."),
    })
}

/// `endpointConfigurationTypes` and `endpointConfigurationVpcEndpointIds`, as CreateRestApi takes them.
pub(super) fn endpoint(parameters: &TextMap) -> Result<Map<String, Value>> {
    let mut configuration = Map::new();
    if let Some(types) = parameters.get("endpointConfigurationTypes") {
        let known = |kind: &str| model::EndpointType::parse(kind.trim()).map(|kind| Value::from(kind.as_str()));
        let types: Option<Vec<Value>> = types.split(',').map(known).collect();
        let types = types.ok_or_else(|| bad_request("Invalid endpoint type specified"))?;
        configuration.insert("types".to_owned(), types.into());
    }
    if let Some(ids) = parameters.get("endpointConfigurationVpcEndpointIds") {
        let ids: Vec<&str> = ids.split(',').map(str::trim).collect();
        configuration.insert("vpcEndpointIds".to_owned(), ids.into());
    }
    let mut api = Map::new();
    if !configuration.is_empty() {
        api.insert("endpointConfiguration".to_owned(), json!(configuration));
    }
    Ok(api)
}
