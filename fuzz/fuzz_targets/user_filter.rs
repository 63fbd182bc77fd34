//! The filter language of ListUsers.
#![no_main]

use cognito_idp::rules::user_filter::UserFilter;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = UserFilter::parse(text);
});
