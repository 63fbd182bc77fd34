//! Policy documents of every kind, and a question put to each. What is read once is read again, and an answer names a
//! statement of the document.
#![no_main]

use aws_types::Timestamp;
use iam_policy::{Context, Policy, PolicyKind, Principal, Request, non_blank_len};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let principal = Principal::Anonymous;
    let context = Context::of(&principal, Timestamp::from_ms(1_767_322_990_000))
        .with("aws:SourceIp", "203.0.113.9")
        .with("aws:UserAgent", "fuzz/1.0")
        .with("aws:SourceVpce", "vpce-1");
    let arn = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets";
    let request = Request::new(&principal, "execute-api:Invoke", arn, &context);
    let _ = non_blank_len(text);
    for kind in [PolicyKind::Identity, PolicyKind::Resource, PolicyKind::VpcEndpoint, PolicyKind::Trust] {
        let Ok(policy) = Policy::parse(text, kind) else { continue };
        let first = format!("{:?}", policy.outcome(&request));
        let again = Policy::parse(text, kind).expect("it was read before");
        assert_eq!(first, format!("{:?}", again.outcome(&request)));
    }
});
