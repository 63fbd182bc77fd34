//! GetSdk: a JavaScript client of a stage, in one file. The other kinds of SDKs are refused.

use aws_types::wire::Blob;
use model::{GetSdkRequest, SdkResponse};
use model_apigateway as model;
use serde_json::{Map, Value, json};

use super::get_sdk_types::sdk_type;
use crate::Cx;
use crate::entity::Resource;
use crate::error::{Result, bad_request, not_built};
use crate::zip::archive;

const CLIENT: &str = include_str!("../sdk/client.js");
const README: &str = "Load apigClient.js (a script, or require it in Node.js) and make a client:\n\n    const client = \
    apigClientFactory.newClient({ apiKey: '...' });\n\nEach method of the API is a function of the client, named after \
    its path and verb.\n";

/// Writes an SDK.
pub async fn get_sdk(cx: &Cx<'_>, input: GetSdkRequest) -> Result<SdkResponse> {
    let api = cx.api(&input.rest_api_id).await?;
    let stage = cx.stage(&api, &input.stage_name).await?;
    match input.sdk_type.as_str() {
        "javascript" => {}
        other if sdk_type(other).is_some() => return Err(not_built(format_args!("SDKs of type {other}"))),
        other => return Err(bad_request(format_args!("Invalid SDK type specified: {other:.100}"))),
    }
    let deployment = cx.deployment(&api, &stage.deployment_id).await?;
    let mut methods = Map::new();
    for resource in &deployment.snapshot.resources {
        methods.extend(of_resource(resource));
    }
    let url = format!("https://{}.execute-api.{}.amazonaws.com/{}", api.id, api.region, stage.name);
    let client = CLIENT
        .replace("__INVOKE_URL__", &Value::from(url).to_string())
        .replace("__REGION__", &Value::from(api.region.as_str()).to_string())
        .replace("__METHODS__", &Value::Object(methods).to_string());
    let files = [("apiGateway-js-sdk/apigClient.js", client.as_str()), ("apiGateway-js-sdk/README.md", README)];
    Ok(SdkResponse {
        content_type: Some("application/octet-stream".to_owned()),
        content_disposition: Some(format!("attachment; filename=\"javascript_{}.zip\"", stage.deployment_id)),
        body: Some(Blob(archive(&files))),
    })
}

fn of_resource(resource: &Resource) -> impl Iterator<Item = (String, Value)> + '_ {
    resource.methods.values().map(|method| {
        let headers: Vec<&str> =
            method.request_parameters.keys().filter_map(|key| key.strip_prefix("method.request.header.")).collect();
        let verb = if method.http_method == "ANY" { "POST" } else { method.http_method.as_str() };
        let described = json!({
            "verb": verb, "path": resource.path, "headers": headers,
            "signed": method.authorization_type == "AWS_IAM",
        });
        (function_name(&resource.path, &method.http_method), described)
    })
}

/// `petsPetIdGet` of GET /pets/{petId}; `rootGet` of GET /.
fn function_name(path: &str, verb: &str) -> String {
    let mut words: Vec<String> =
        path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    if words.is_empty() {
        words.push("root".to_owned());
    }
    words.push(verb.to_ascii_lowercase());
    let capital = |(number, word): (usize, String)| {
        let mut letters = word.chars();
        let first = letters.next();
        let first: String = match first {
            Some(letter) if number == 0 => letter.to_lowercase().collect(),
            Some(letter) => letter.to_uppercase().collect(),
            None => String::new(),
        };
        first + letters.as_str()
    };
    words.into_iter().enumerate().map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::function_name;

    #[test]
    fn functions_are_named_after_path_and_verb() {
        assert_eq!(function_name("/pets/{petId}", "GET"), "petsPetIdGet");
        assert_eq!(function_name("/", "POST"), "rootPost");
        assert_eq!(function_name("/a-b/{proxy+}", "ANY"), "aBProxyAny");
    }
}
