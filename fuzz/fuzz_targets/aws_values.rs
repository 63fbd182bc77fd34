//! Times, ARNs, account ids and regions: what is read and written again is read as the same.
#![no_main]

use aws_types::{AccountId, Arn, Region, Timestamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // An offset may lead out of the years that are read.
    if let Some(at) = Timestamp::parse_iso8601(text).filter(|at| (1..=9999).contains(&at.civil().year)) {
        assert_eq!(Timestamp::parse_iso8601(&at.iso8601_ms()), Some(at));
    }
    if let Some(at) = Timestamp::parse_http_date(text) {
        assert_eq!(Timestamp::parse_http_date(&at.http_date()), Some(at));
    }
    if let Some(at) = Timestamp::parse_iso8601_basic(text) {
        // A leap second is the one after the 59th, and is written as the next minute's first.
        let before = text.strip_suffix("60Z").map(|minute| Timestamp::parse_iso8601_basic(&format!("{minute}59Z")));
        let leap = before.map(|before| before.map(|before| before.plus_ms(1000)));
        assert!(leap == Some(Some(at)) || leap.is_none() && at.iso8601_basic() == text, "{text}");
    }
    if let Some(arn) = Arn::parse(text) {
        assert_eq!(Arn::parse(&arn.to_string()), Some(arn));
    }
    let _ = (AccountId::parse(text), Region::parse(text));
});
