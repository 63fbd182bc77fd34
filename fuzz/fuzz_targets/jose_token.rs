//! Tokens and key sets: bytes are no token, and a token of our own over any bytes is good just where they are one object.
#![no_main]

use std::sync::{Arc, LazyLock};

use jose::{Jwks, KeySet, SigningKey, VerifyingKey};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<(SigningKey, KeySet)> = LazyLock::new(|| {
    let key = SigningKey::generate().expect("a key");
    let mut set = KeySet::new();
    set.insert(Arc::new(VerifyingKey::from_signing_key(&key).expect("its public half"))).expect("one key");
    (key, set)
});

fuzz_target!(|data: &[u8]| {
    let (key, set) = &*KEYS;
    let object = jose::parse_object(data);
    if object.is_some() || data.first() == Some(&b'{') {
        let token = key.sign_bytes(data).expect("a signature");
        let verified = jose::verify_bounded(&token, set, jose::HARD_MAX_TOKEN_BYTES);
        let short = token.len() <= jose::HARD_MAX_TOKEN_BYTES;
        assert_eq!(verified.ok().map(jose::Claims::into_map), object.filter(|_| short));
    }
    if let Ok(jwks) = Jwks::parse(data) {
        let _ = KeySet::from_jwks(&jwks);
    }
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(jose::verify(text, set).is_err());
        let _ = (jose::unverified_kid(text), jose::unverified_payload(text));
    }
});
