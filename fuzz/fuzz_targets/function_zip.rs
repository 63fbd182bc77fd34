//! Zips of functions: whatever the bytes are, they are read to the end or refused.
#![no_main]

use lambda_runtime::code::{MAX_UNPACKED, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(info) = check(data) {
        assert!(info.unpacked_size <= MAX_UNPACKED);
    }
});
