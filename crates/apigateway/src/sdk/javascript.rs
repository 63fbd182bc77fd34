//! JavaScript: one file, which names every method by its path and verb.

use serde_json::{Map, Value, json};

use super::{File, Place, Sdk, names};

const CLIENT: &str = include_str!("client.js");
const README: &str = "Load apigClient.js (a script, or require it in Node.js) and make a client:\n\n    const client = \
    apigClientFactory.newClient({ apiKey: '...' });\n\nEach method of the API is a function of the client, named after \
    its path and verb.\n";

pub fn files(sdk: &Sdk) -> Vec<File> {
    let mut scope = names::Scope::new(names::Accessors::None, &[]);
    let mut methods = Map::new();
    for operation in &sdk.operations {
        let headers = operation.parameters.iter().filter(|parameter| parameter.place == Place::Header);
        let headers: Vec<&str> = headers.map(|parameter| parameter.name.as_str()).collect();
        let name = scope.take(&names::path_and_verb(&operation.path, &operation.method));
        methods.insert(
            name,
            json!({"verb": operation.verb, "path": operation.path, "headers": headers, "signed": operation.signed}),
        );
    }
    let client = CLIENT
        .replace("__INVOKE_URL__", &Value::from(sdk.url.as_str()).to_string())
        .replace("__REGION__", &Value::from(sdk.region.as_str()).to_string())
        .replace("__METHODS__", &Value::Object(methods).to_string());
    vec![
        ("apiGateway-js-sdk/apigClient.js".to_owned(), client),
        ("apiGateway-js-sdk/README.md".to_owned(), README.to_owned()),
    ]
}
