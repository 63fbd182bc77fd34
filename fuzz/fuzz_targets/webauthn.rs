//! Passkeys: bytes are no credential, and what an authenticator made over a challenge is good for that challenge alone.
#![no_main]

use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use webauthn::soft::SoftAuthenticator;
use webauthn::{Assertion, Expected, Known, PublicKey, Registration, Verification};

const ORIGIN: &str = "https://example.com";

static SOFT: LazyLock<Mutex<(SoftAuthenticator, Vec<u8>)>> = LazyLock::new(|| {
    let mut soft = SoftAuthenticator::new(b"credential");
    let options = json!({ "challenge": "AQ", "rp": { "id": "example.com" }, "user": { "id": "AQ" } });
    let given = Registration::read(&soft.create(&options, ORIGIN)).expect("a registration");
    let new = given.verify(expected(&[1])).expect("a credential");
    Mutex::new((soft, new.public_key))
});

fn expected(challenge: &[u8]) -> Expected<'_> {
    Expected { challenge, relying_party: "example.com", verification: Verification::Preferred }
}

fuzz_target!(|data: &[u8]| {
    let _ = PublicKey::from_cose(data);
    if let Ok(value) = serde_json::from_slice::<Value>(data) {
        let registered = Registration::read(&value).and_then(|given| given.verify(expected(b"never given out")));
        assert!(registered.is_err());
        let known = Known { public_key: data, sign_count: 0 };
        assert!(Assertion::read(&value).and_then(|given| given.verify(expected(b"never given out"), known)).is_err());
    }
    // Any bytes in place of each signed part.
    let (soft, public_key) = &mut *SOFT.lock().expect("one thread");
    let Some((first, rest)) = data.split_first() else { return };
    let mut given = soft.get(&json!({ "challenge": "AQ", "rpId": "example.com" }), ORIGIN);
    let name = ["authenticatorData", "clientDataJSON", "signature", "userHandle"][usize::from(first % 4)];
    given["response"][name] = json!(String::from_utf8_lossy(rest));
    let known = Known { public_key, sign_count: 0 };
    let judged = Assertion::read(&given).and_then(|given| given.verify(expected(&[1]), known));
    assert!(judged.is_err() || name == "userHandle");
});
