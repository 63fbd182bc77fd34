use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::soft::SoftAuthenticator;
use crate::{Assertion, Expected, Known, NewCredential, Refusal, Registration, Seen, Verification};

const CHALLENGE: &[u8] = b"a challenge of 32 bytes or so...";
const ORIGIN: &str = "https://login.example.com";
const EXPECTED: Expected<'_> =
    Expected { challenge: CHALLENGE, relying_party: "example.com", verification: Verification::Required };

fn encoded(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

fn creation() -> Value {
    json!({ "challenge": encoded(CHALLENGE), "rp": { "id": "example.com" }, "user": { "id": encoded(b"alice") } })
}

fn request() -> Value {
    json!({ "challenge": encoded(CHALLENGE), "rpId": "example.com" })
}

fn register(change: impl FnOnce(&mut SoftAuthenticator)) -> Result<NewCredential, Refusal> {
    let mut soft = SoftAuthenticator::new(b"credential");
    change(&mut soft);
    Registration::read(&soft.create(&creation(), ORIGIN))?.verify(EXPECTED)
}

/// A registered credential asserts, once with the authenticator changed.
fn assert_with(change: impl FnOnce(&mut SoftAuthenticator)) -> Result<Seen, Refusal> {
    let mut soft = SoftAuthenticator::new(b"credential");
    let known = Registration::read(&soft.create(&creation(), ORIGIN))?.verify(EXPECTED)?;
    change(&mut soft);
    let given = soft.get(&request(), ORIGIN);
    Assertion::read(&given)?.verify(EXPECTED, Known { public_key: &known.public_key, sign_count: known.sign_count })
}

#[test]
fn a_credential_is_registered_and_used() {
    let new = register(|_| {}).unwrap();
    assert_eq!((new.id.as_slice(), new.sign_count, new.aaguid), (b"credential".as_slice(), 1, [0; 16]));
    assert_eq!(new.transports, ["internal", "hybrid"]);
    assert_eq!(new.attachment.as_deref(), Some("platform"));
    assert_eq!(assert_with(|_| {}), Ok(Seen { sign_count: 2, user_verified: true }));
}

#[test]
fn attack_107_what_was_made_for_something_else_is_refused() {
    let refused = |change: fn(&mut SoftAuthenticator)| (register(change).err(), assert_with(change).err());
    let both = |refusal| (Some(refusal), Some(refusal));
    assert_eq!(refused(|soft| soft.kind = Some("webauthn.other".to_owned())), both(Refusal::Type));
    assert_eq!(refused(|soft| soft.relying_party = Some("evil.test".to_owned())), both(Refusal::RelyingParty));
    assert_eq!(refused(|soft| soft.flags = 0), both(Refusal::UserPresence));
    assert_eq!(refused(|soft| soft.flags = 1), both(Refusal::UserVerification));
    assert_eq!(refused(|soft| soft.flags = 5 | 0x10), both(Refusal::Malformed("backup flags")));
}

#[test]
fn attack_107_another_challenge_or_origin_is_refused() {
    let mut soft = SoftAuthenticator::new(b"credential");
    let mut options = creation();
    for origin in ["https://example.com.evil.test", "https://notexample.com", "http://login.example.com"] {
        let given = Registration::read(&soft.create(&options, origin)).unwrap();
        assert_eq!(given.verify(EXPECTED), Err(Refusal::Origin), "{origin}");
    }
    options["challenge"] = json!(encoded(b"another"));
    let given = Registration::read(&soft.create(&options, ORIGIN)).unwrap();
    assert_eq!(given.challenge(), b"another");
    assert_eq!(given.verify(EXPECTED), Err(Refusal::Challenge));
}

#[test]
fn attack_107_a_counter_that_does_not_grow_is_refused() {
    assert_eq!(assert_with(|soft| soft.sign_count = 0), Err(Refusal::SignCount), "it counted before");
    let mut soft = SoftAuthenticator::new(b"credential");
    soft.sign_count = 0;
    let known = Registration::read(&soft.create(&creation(), ORIGIN)).unwrap().verify(EXPECTED).unwrap();
    let given = Assertion::read(&soft.get(&request(), ORIGIN)).unwrap();
    let with = |sign_count| given.verify(EXPECTED, Known { public_key: &known.public_key, sign_count });
    assert!(with(0).is_ok(), "it never counts");
    assert_eq!(with(7), Err(Refusal::SignCount));
}

#[test]
fn another_credentials_signature_is_refused() {
    let other = register(|_| {}).unwrap();
    let mut soft = SoftAuthenticator::new(b"credential");
    let given = Assertion::read(&soft.get(&request(), ORIGIN)).unwrap();
    let known = Known { public_key: &other.public_key, sign_count: 0 };
    assert_eq!(given.verify(EXPECTED, known), Err(Refusal::Signature));
}

#[test]
fn attack_108_an_attestation_holds_or_is_refused() {
    assert!(register(|soft| soft.format = "packed".to_owned()).is_ok());
    let format = |format: &'static str| register(move |soft| soft.format = format.to_owned()).err();
    assert_eq!(format("fido-u2f"), Some(Refusal::Unsupported("attestation format")));
    // The statement of one credential before another.
    let mut soft = SoftAuthenticator::new(b"credential");
    soft.format = "packed".to_owned();
    let mut given = soft.create(&creation(), ORIGIN);
    let object = given["response"]["attestationObject"].as_str().unwrap().to_owned();
    let other = SoftAuthenticator::new(b"credential").create(&creation(), "https://example.com");
    given["response"]["clientDataJSON"] = other["response"]["clientDataJSON"].clone();
    assert_eq!(Registration::read(&given).unwrap().verify(EXPECTED), Err(Refusal::Attestation));
    assert!(!object.is_empty());
}

#[test]
fn an_algorithm_that_was_not_offered_is_refused() {
    assert_eq!(register(|soft| soft.algorithm = -300).err(), Some(Refusal::Unsupported("algorithm")));
}

#[test]
fn what_no_browser_gives_is_refused() {
    let good = SoftAuthenticator::new(b"credential").create(&creation(), ORIGIN);
    for (pointer, bad) in [
        ("/id", json!("")),
        ("/id", json!("!!")),
        ("/rawId", json!("b3RoZXI")),
        ("/type", json!("password")),
        ("/response", json!(null)),
        ("/response/clientDataJSON", json!("e30")),
        ("/response/clientDataJSON", json!("A".repeat(20_000))),
        ("/response/attestationObject", json!("*")),
    ] {
        let mut given = good.clone();
        *given.pointer_mut(pointer).unwrap() = bad;
        assert!(matches!(Registration::read(&given), Err(Refusal::Malformed(_))), "{pointer}");
    }
    for bad in [json!(null), json!([]), json!("text"), json!({})] {
        assert!(Registration::read(&bad).is_err() && Assertion::read(&bad).is_err());
    }
    let mut given = good;
    given["response"]["attestationObject"] = json!("oA");
    assert!(matches!(Registration::read(&given).unwrap().verify(EXPECTED), Err(Refusal::Malformed(_))));
}

proptest! {
    /// A single changed bit anywhere in what is signed, or in the signature.
    #[test]
    fn a_flipped_bit_is_refused(part in 0usize..3, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        use base64::Engine as _;
        let mut soft = SoftAuthenticator::new(b"credential");
        let known = Registration::read(&soft.create(&creation(), ORIGIN)).unwrap().verify(EXPECTED).unwrap();
        let mut given = soft.get(&request(), ORIGIN);
        let name = ["authenticatorData", "clientDataJSON", "signature"][part];
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let mut bytes = engine.decode(given["response"][name].as_str().unwrap()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        given["response"][name] = json!(engine.encode(&bytes));
        let known = Known { public_key: &known.public_key, sign_count: known.sign_count };
        let judged = Assertion::read(&given).and_then(|given| given.verify(EXPECTED, known));
        prop_assert!(judged.is_err());
    }

    #[test]
    fn any_attestation_object_ends_in_an_answer(bytes in vec(any::<u8>(), 0..400)) {
        let mut given = SoftAuthenticator::new(b"credential").create(&creation(), ORIGIN);
        given["response"]["attestationObject"] = json!(encoded(&bytes));
        prop_assert!(Registration::read(&given).and_then(|given| given.verify(EXPECTED)).is_err());
    }
}
