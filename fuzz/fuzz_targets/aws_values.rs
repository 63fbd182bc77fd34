//! Times, ARNs, account ids and regions: what is read and written again is read as the same.
#![no_main]

use aws_types::{AccountId, Arn, Region, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(at) = Timestamp::parse_iso8601(text) {
        assert_eq!(Timestamp::parse_iso8601(&at.iso8601_ms()), Some(at));
    }
    if let Some(at) = Timestamp::parse_http_date(text) {
        assert_eq!(Timestamp::parse_http_date(&at.http_date()), Some(at));
    }
    if let Some(at) = Timestamp::parse_iso8601_basic(text) {
        assert_eq!(at.iso8601_basic(), text);
    }
    if let Some(arn) = Arn::parse(text) {
        assert_eq!(Arn::parse(&arn.to_string()), Some(arn));
    }
    let _ = (AccountId::parse(text), Region::parse(text));
});
