//! Mapping templates: compiled and rendered within their limits. A NUL parts the template from the body.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use mapping_template::{Limits, Params, Scope, Template, UndefinedReferences};
use serde_json::json;

fuzz_target!(|text: &str| {
    let (source, body) = text.split_once('\0').unwrap_or((text, r#"{"a":[1,{"b":"c"},null,2.5],"s":"text"}"#));
    let pairs = || BTreeMap::from([("name".to_owned(), "value".to_owned())]);
    let params = Params { path: pairs(), querystring: pairs(), header: pairs() };
    let context = json!({ "stage": "test", "authorizer": { "claims": { "sub": "1", "email": "a@b" } } });
    let scope = Scope { body, params: &params, context: &context, stage_variables: &pairs() };
    let limits = Limits { output_bytes: 64 * 1024, steps: 20_000, memory_bytes: 1024 * 1024, ..Limits::default() };
    for undefined in [UndefinedReferences::Blank, UndefinedReferences::Literal] {
        let Ok(template) = Template::compile_with(source, undefined) else { return };
        if let Ok(rendered) = template.render(&scope, limits) {
            assert!(rendered.text.len() <= limits.output_bytes);
        }
    }
});
