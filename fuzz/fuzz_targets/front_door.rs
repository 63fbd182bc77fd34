//! The front door: which host it is, and which door a request goes to.
#![no_main]

use std::sync::LazyLock;

use aws_types::schema::ServiceModel;
use fuzz::Request;
use libfuzzer_sys::fuzz_target;
use server::front_door::{Host, classify, credential_scope};

static MODELS: LazyLock<Vec<&'static ServiceModel>> = LazyLock::new(server::wiring::models);

fuzz_target!(|data: &[u8]| {
    if let Some(host) = std::str::from_utf8(data).ok().and_then(Host::parse) {
        let _ = (host.named(), host.is_ours(&[]));
        // Only an address of IPv6 needs brackets to be read again.
        let again = Host::parse(host.as_str());
        assert!(host.as_str().contains(':') || again.as_ref() == Some(&host), "{host:?}");
    }
    let Some(parts) = Request::read(data).and_then(|request| request.parts()) else { return };
    let host = Host::of(&parts.uri, &parts.headers);
    let _ = credential_scope(&parts);
    let first = classify(host.as_ref(), &parts, &MODELS);
    assert_eq!(classify(host.as_ref(), &parts, &MODELS), first);
});
