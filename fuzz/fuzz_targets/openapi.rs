//! Definitions of APIs in OpenAPI, as JSON and YAML: the document and the plan made of it. What is written as YAML reads
//! back.
#![no_main]

use apigateway::openapi::document::read as read_document;
use apigateway::openapi::read::{Options, read};
use apigateway::openapi::to_yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = read_document(bytes) else { return };
    let _ = read(&document, Options::default());
    if let Ok(again) = read_document(to_yaml(&document).as_bytes()) {
        assert_eq!(again, document);
    }
});
