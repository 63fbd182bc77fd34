//! Formats of access logs: what is refused is refused, and what is taken is taken alike with a line end behind it.
#![no_main]

use execute_api::access_log::{AccessLogFormat, MAX_FORMAT_BYTES};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(format) = AccessLogFormat::compile(text) else { return };
    assert!(text.trim_end().len() <= MAX_FORMAT_BYTES);
    assert_eq!(AccessLogFormat::compile(&format!("{text}\n")), Ok(format));
});
