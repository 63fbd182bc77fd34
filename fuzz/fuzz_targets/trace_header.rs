//! Trace headers: what is read of one is well-formed, and is read alike when it is written again.
#![no_main]

use execute_api::trace::TraceHeader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let header = TraceHeader::read(text);
    assert!(header.root.is_none_or(|root| root.len() <= 64));
    let line = header.line();
    assert!(line.bytes().all(|byte| byte.is_ascii_graphic()));
    assert_eq!(TraceHeader::read(&line), header);
});
