//! Templates of gateway responses; a NUL parts the template from the body.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use mapping_template::{GatewayResponseScope, Params, SimpleTemplate};
use serde_json::json;

fuzz_target!(|text: &str| {
    let (source, body) = text.split_once('\0').unwrap_or((text, "body"));
    let pairs = || BTreeMap::from([("name".to_owned(), "value".to_owned())]);
    let params = Params { path: pairs(), querystring: pairs(), header: pairs() };
    let context = json!({ "error": { "message": "No \"entry\"", "responseType": "UNAUTHORIZED" }, "stage": "test" });
    let scope = GatewayResponseScope { context: &context, stage_variables: &pairs(), params: &params, body };
    if let Ok(template) = SimpleTemplate::compile(source) {
        let _ = template.render(&scope);
    }
});
