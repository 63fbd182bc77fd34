//! The lenient JSON of MOCK integrations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mapping_template::lenient_json::{mock_status_code, parse};

fuzz_target!(|text: &str| {
    let _ = parse(text);
    if let Ok(status) = mock_status_code(text) {
        let again = format!("{{\"statusCode\": {status}}}");
        assert_eq!(mock_status_code(&again), Ok(status));
    }
});
