//! Models: a schema and a body, parted by a NUL, and schemas that refer to one another. Judging is bounded in steps.
#![no_main]

use execute_api::json_schema::Models;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let (schema, body) = text.split_once('\0').unwrap_or((text, r#"{"name":"x","age":7,"list":[1,[2,{"a":null}]]}"#));
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    if let Ok(compiled) = Models::compile_text(schema) {
        let _ = compiled.complaints(&body);
    }
    let models =
        Models::new([("A", schema), ("B", r#"{"$ref":"https://apigateway.amazonaws.com/restapis/x/models/A"}"#)]);
    if let Ok(compiled) = models.compile("B") {
        let _ = compiled.complaints(&body);
    }
});
