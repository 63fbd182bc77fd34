//! JSONPaths over a document; a NUL parts the two.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mapping_template::jsonpath::JsonPath;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let (path, document) = text.split_once('\0').unwrap_or((text, r#"{"a":[{"b":1,"c":"x"},{"b":2}],"d":{"e":null}}"#));
    let Ok(path) = JsonPath::compile(path) else { return };
    let document: Value = serde_json::from_str(document).unwrap_or(Value::Null);
    if let Ok(found) = path.query(&document) {
        let _ = found.into_json();
    }
});
