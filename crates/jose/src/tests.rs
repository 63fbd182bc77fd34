//! Tests of the whole room; those named `attack_NN` bear the number of the acceptance list for identity servers.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::hmac;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());
static FOREIGN: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().unwrap());

const NOW: i64 = 1_767_323_045;

fn keys() -> KeySet {
    let mut set = KeySet::new();
    set.insert(Arc::new(VerifyingKey::from_signing_key(&KEY).unwrap())).unwrap();
    set
}

fn claims() -> Value {
    json!({"sub": "u", "iss": "https://here/pool", "aud": "client", "token_use": "id", "iat": NOW, "exp": NOW + 3600})
}

fn b64(text: &str) -> String {
    base64url::encode(text.as_bytes())
}

/// A token with this header, truly signed by `KEY`.
fn signed_under(header: &str, payload: &str) -> String {
    resigned(&format!("{}.{}", b64(header), b64(payload)))
}

/// Any two first parts, truly signed by `KEY`, so that only the shape can be what is refused.
fn resigned(input: &str) -> String {
    let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(KEY.to_pkcs8().unwrap().expose()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        &aws_lc_rs::signature::RSA_PKCS1_SHA256,
        &aws_lc_rs::rand::SystemRandom::new(),
        input.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{input}.{}", base64url::encode(&signature))
}

fn header(extra: &str) -> String {
    format!(r#"{{"kid":"{}","alg":"RS256"{extra}}}"#, KEY.kid())
}

fn refuse(token: &str, expected: JwtError) {
    assert_eq!(verify(token, &keys()), Err(expected), "{}", token.get(..200).unwrap_or(token));
}

fn time_check(times: Value) -> Result<(), JwtError> {
    verify(&KEY.sign(&times).unwrap(), &keys()).unwrap().check_time(NOW, 0)
}

#[test]
fn a_signed_token_verifies_and_keeps_its_claims_in_order() {
    let token = KEY.sign(&claims()).unwrap();
    let verified = verify(&token, &keys()).unwrap();
    assert_eq!(Value::Object(verified.as_map().clone()).to_string(), claims().to_string());
    assert_eq!(verified.str("sub"), Some("u"));
    assert_eq!(verified.i64("exp"), Some(NOW + 3600));
    assert_eq!(verified.str("exp"), None);
    verified.check_time(NOW, 0).unwrap();
    verified.check_issuer(&["https://other", "https://here/pool"]).unwrap();
    assert_eq!(unverified_payload(&token).unwrap(), *verified.as_map());
    assert_eq!(unverified_kid(&token).as_deref(), Some(KEY.kid()));
}

#[test]
fn the_header_is_cognitos_to_the_byte() {
    let token = KEY.sign(&claims()).unwrap();
    let first = token.split('.').next().unwrap();
    let expected = format!(r#"{{"kid":"{}","alg":"RS256"}}"#, KEY.kid());
    assert_eq!(base64url::decode(first).unwrap(), expected.as_bytes());
}

#[test]
fn a_kid_is_forty_four_characters_of_base64() {
    assert_eq!(KEY.kid().len(), 44);
    assert!(KEY.kid().ends_with('='));
    assert_ne!(KEY.kid(), FOREIGN.kid());
}

#[test]
fn the_thumbprint_is_that_of_rfc_7638() {
    // The example key of RFC 7638 3.1; the RFC prints its thumbprint as base64url without padding.
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok\
             njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6\
             qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awa\
             pJzKnqDKgw";
    assert_eq!(jwk::kid_of_rsa(n, "AQAB"), "NzbLsXh8uDCcd+6MNwXF4W/7noWXFZAfHkxZsRGC9Xs=");
}

#[test]
fn a_key_comes_back_from_its_stored_form() {
    let again = SigningKey::from_pkcs8(KEY.to_pkcs8().unwrap().expose()).unwrap();
    assert_eq!(again.public(), KEY.public());
    verify(&again.sign(&claims()).unwrap(), &keys()).unwrap();
    assert_eq!(SigningKey::from_pkcs8(b"nonsense").unwrap_err(), KeyError::Malformed);
}

#[test]
fn a_key_set_prints_its_members_in_cognitos_order_and_reads_back() {
    let set = Jwks { keys: vec![KEY.public().clone()] };
    let text = serde_json::to_string(&set).unwrap();
    let names: Vec<_> = ["alg", "\"e\"", "kid", "kty", "\"n\"", "use"].iter().map(|m| text.find(m).unwrap()).collect();
    assert!(names.is_sorted(), "{text}");
    assert!(text.starts_with(r#"{"keys":[{"alg":"RS256","e":"AQAB","kid":""#), "{text}");
    let read = KeySet::from_jwks(&Jwks::parse(text.as_bytes()).unwrap()).unwrap();
    assert_eq!(read.len(), 1);
    verify(&KEY.sign(&claims()).unwrap(), &read).unwrap();
}

#[test]
fn at_hash_is_the_left_half_of_the_digest() {
    // OpenID Connect Core, appendix A.3.
    assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
}

#[test]
fn nothing_of_a_signing_key_is_printed() {
    assert_eq!(format!("{:?}", *KEY), format!("SigningKey({})", KEY.kid()));
    assert_eq!(format!("{:?}", KEY.to_pkcs8().unwrap()), "[secret]");
}

#[test]
fn attack_39_alg_none_is_refused() {
    for alg in ["none", "None", "nOnE", "NONE", "", "rs256", "RS384", "PS256", "ES256"] {
        let head = b64(&format!(r#"{{"kid":"{}","alg":"{alg}"}}"#, KEY.kid()));
        let body = b64(&claims().to_string());
        refuse(&format!("{head}.{body}."), JwtError::BadAlgorithm);
        refuse(&resigned(&format!("{head}.{body}")), JwtError::BadAlgorithm);
    }
    let token = KEY.sign(&claims()).unwrap();
    let (input, _) = token.rsplit_once('.').unwrap();
    refuse(&format!("{input}."), JwtError::BadSignature);
    refuse(&format!("{input}.AAAA"), JwtError::BadSignature);
}

#[test]
fn attack_40_public_key_as_hmac_secret_is_refused() {
    let public = serde_json::to_vec(KEY.public()).unwrap();
    let input =
        format!("{}.{}", b64(&format!(r#"{{"kid":"{}","alg":"HS256"}}"#, KEY.kid())), b64(&claims().to_string()));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &public), input.as_bytes());
    refuse(&format!("{input}.{}", base64url::encode(tag.as_ref())), JwtError::BadAlgorithm);
}

#[test]
fn attack_41_hostile_kids_are_only_looked_up() {
    for kid in ["../../../dev/null", "' OR 1=1 --", "https://evil.test/key", "", "a\u{0}b"] {
        let head = json!({"kid": kid, "alg": "RS256"}).to_string();
        refuse(&signed_under(&head, &claims().to_string()), JwtError::UnknownKey);
    }
    let head = json!({"kid": "k".repeat(MAX_KID_BYTES + 1), "alg": "RS256"}).to_string();
    refuse(&signed_under(&head, &claims().to_string()), JwtError::UnknownKey);
    let head = json!({"kid": "k".repeat(1 << 20), "alg": "RS256"}).to_string();
    refuse(&format!("{}.{}.AAAA", b64(&head), b64("{}")), JwtError::TooLong);
    for head in [r#"{"alg":"RS256"}"#, r#"{"kid":7,"alg":"RS256"}"#, r#"{"kid":null,"alg":"RS256"}"#] {
        refuse(&signed_under(head, &claims().to_string()), JwtError::Malformed("kid"));
    }
    assert!(keys().key(&"k".repeat(MAX_KID_BYTES + 1)).is_none());
}

#[test]
fn attack_42_keys_in_the_header_are_ignored() {
    let own = serde_json::to_string(FOREIGN.public()).unwrap();
    let extra =
        format!(r#","jku":"https://evil.test/jwks.json","x5u":"https://evil.test/c","jwk":{own},"x5c":["MIIB"]"#);
    // Truly ours: the extra members change nothing.
    verify(&signed_under(&header(&extra), &claims().to_string()), &keys()).unwrap();
    // The attacker's key under its own name, then under ours.
    for (kid, expected) in [(FOREIGN.kid(), JwtError::UnknownKey), (KEY.kid(), JwtError::BadSignature)] {
        let token = FOREIGN.sign(&claims()).unwrap();
        let (_, rest) = token.split_once('.').unwrap();
        let head = format!(r#"{{"kid":"{kid}","alg":"RS256"{extra}}}"#);
        refuse(&format!("{}.{rest}", b64(&head)), expected);
    }
}

#[test]
fn attack_43_critical_headers_are_refused() {
    for crit in [r#"["b64"]"#, r#"["exp"]"#, "[]", "null", r#""x""#] {
        let token = signed_under(&header(&format!(r#","crit":{crit}"#)), &claims().to_string());
        refuse(&token, JwtError::CriticalHeader);
    }
}

#[test]
fn attack_44_a_foreign_pools_token_is_refused() {
    refuse(&FOREIGN.sign(&claims()).unwrap(), JwtError::UnknownKey);
    let ours = verify(&KEY.sign(&claims()).unwrap(), &keys()).unwrap();
    for issuers in [&["https://here/pool2"][..], &["https://here/poo"], &["https://HERE/pool"], &[]] {
        assert_eq!(ours.check_issuer(issuers), Err(JwtError::BadClaim("iss")));
    }
    let without = verify(&KEY.sign(&json!({"iss": ["https://here/pool"]})).unwrap(), &keys()).unwrap();
    assert_eq!(without.check_issuer(&["https://here/pool"]), Err(JwtError::BadClaim("iss")));
}

#[test]
fn attack_45_token_uses_are_not_exchanged() {
    let id = verify(&KEY.sign(&claims()).unwrap(), &keys()).unwrap();
    id.check_token_use(TokenUse::Id).unwrap();
    assert_eq!(id.check_token_use(TokenUse::Access), Err(JwtError::BadClaim("token_use")));
    let access = verify(&KEY.sign(&json!({"token_use": "access"})).unwrap(), &keys()).unwrap();
    access.check_token_use(TokenUse::Access).unwrap();
    assert_eq!(access.check_token_use(TokenUse::Id), Err(JwtError::BadClaim("token_use")));
    let none = verify(&KEY.sign(&json!({})).unwrap(), &keys()).unwrap();
    assert_eq!(none.check_token_use(TokenUse::Id), Err(JwtError::BadClaim("token_use")));
}

#[test]
fn attack_46_a_wrong_audience_is_refused() {
    let check = |claims: Value| verify(&KEY.sign(&claims).unwrap(), &keys()).unwrap().check_client("client");
    assert_eq!(check(json!({"aud": "client"})), Ok(()));
    assert_eq!(check(json!({"aud": ["other", "client"]})), Ok(()));
    assert_eq!(check(json!({"client_id": "client"})), Ok(()));
    assert_eq!(check(json!({"aud": "client2"})), Err(JwtError::BadClaim("aud")));
    assert_eq!(check(json!({"aud": "other", "client_id": "client"})), Err(JwtError::BadClaim("aud")));
    assert_eq!(check(json!({"aud": {"client": 1}, "client_id": "client"})), Err(JwtError::BadClaim("aud")));
    assert_eq!(check(json!({"client_id": ["client"]})), Err(JwtError::BadClaim("client_id")));
    assert_eq!(check(json!({})), Err(JwtError::BadClaim("client_id")));
}

#[test]
fn attack_47_times_out_of_bounds_are_refused() {
    assert_eq!(time_check(json!({"exp": NOW + 1})), Ok(()));
    assert_eq!(time_check(json!({"exp": NOW})), Err(JwtError::Expired));
    assert_eq!(time_check(json!({"exp": NOW + 9, "nbf": NOW + 1})), Err(JwtError::NotYetValid));
    assert_eq!(time_check(json!({"exp": NOW + 9, "iat": NOW + 1})), Err(JwtError::NotYetValid));
    assert_eq!(time_check(json!({})), Err(JwtError::BadClaim("exp")));
    let too_far = 1_000_000_000_000_000_000i64;
    for exp in
        [json!("1893456000"), json!(too_far), json!(1e18), json!(1893456000.5), json!(-1), json!(null), json!([1])]
    {
        assert_eq!(time_check(json!({"exp": exp})), Err(JwtError::BadClaim("exp")), "{exp}");
    }
    assert_eq!(time_check(json!({"exp": NOW + 9, "iat": -5})), Err(JwtError::BadClaim("iat")));
    assert_eq!(time_check(json!({"exp": NOW + 9, "nbf": "1"})), Err(JwtError::BadClaim("nbf")));
}

#[test]
fn attack_47_clock_skew_is_at_most_a_minute() {
    let late = verify(&KEY.sign(&json!({"exp": NOW - 59})).unwrap(), &keys()).unwrap();
    assert_eq!(late.check_time(NOW, 60), Ok(()));
    assert_eq!(late.check_time(NOW, 0), Err(JwtError::Expired));
    let later = verify(&KEY.sign(&json!({"exp": NOW - 61})).unwrap(), &keys()).unwrap();
    assert_eq!(later.check_time(NOW, i64::MAX), Err(JwtError::Expired));
    let early = verify(&KEY.sign(&json!({"exp": NOW + 900, "nbf": NOW + 61})).unwrap(), &keys()).unwrap();
    assert_eq!(early.check_time(NOW, i64::MAX), Err(JwtError::NotYetValid));
    assert_eq!(early.check_time(NOW, i64::MIN), Err(JwtError::NotYetValid));
}

#[test]
fn attack_48_duplicate_names_are_refused() {
    let body = claims().to_string();
    refuse(&signed_under(&header(r#","alg":"RS256""#), &body), JwtError::Malformed("header"));
    refuse(&signed_under(&header(r#","x":{"a":1,"a":2}"#), &body), JwtError::Malformed("header"));
    for payload in [r#"{"sub":"a","sub":"b"}"#, r#"{"a":[{"b":1,"\u0062":2}]}"#, r#"{"a":{"b":{"c":1,"c":1}}}"#] {
        refuse(&signed_under(&header(""), payload), JwtError::Malformed("payload"));
    }
}

#[test]
fn attack_49_loose_encodings_and_other_shapes_are_refused() {
    let token = KEY.sign(&claims()).unwrap();
    let [head, body, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let shape = JwtError::Malformed("three parts");
    for broken in
        ["", ".", "a", &format!("{head}.{body}"), &format!("{token}."), &format!("{token}.x"), &format!("{token}.a.b")]
    {
        refuse(broken, shape);
    }
    refuse("..", JwtError::Malformed("header"));
    refuse(&format!("{head}.{body}.{signature}=="), JwtError::Malformed("signature encoding"));
    refuse(&format!("{head}.{body}.{signature} "), JwtError::Malformed("signature encoding"));
    refuse(&format!("{head}.{body}.+{signature}"), JwtError::Malformed("signature encoding"));
    refuse(&format!(" {token}"), JwtError::Malformed("header encoding"));
    refuse(&format!("{head}=.{body}.{signature}"), JwtError::Malformed("header encoding"));
    refuse(&resigned(&format!("{head}.{body}==")), JwtError::Malformed("payload encoding"));
    refuse(&resigned(&format!("{head}.{}", b64("[1]"))), JwtError::Malformed("payload"));
    refuse(&resigned(&format!("{head}.{}", b64("{} {}"))), JwtError::Malformed("payload"));
    refuse(&resigned(&format!("{}.{body}", b64(r#""x""#))), JwtError::Malformed("header"));
}

#[test]
fn attack_49_trailing_bits_are_refused() {
    // 256 bytes end in a group of one: the last letter holds four bits that must be zero.
    let token = KEY.sign(&claims()).unwrap();
    let (rest, last) = token.split_at(token.len() - 1);
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let at = alphabet.find(last).unwrap();
    let sibling = alphabet.get(at + 1..at + 2).unwrap();
    refuse(&format!("{rest}{sibling}"), JwtError::Malformed("signature encoding"));
}

#[test]
fn attack_50_oversized_and_deep_tokens_are_refused() {
    let long = KEY.sign(&json!({"x": "y".repeat(DEFAULT_MAX_TOKEN_BYTES)})).unwrap();
    refuse(&long, JwtError::TooLong);
    assert!(verify_bounded(&long, &keys(), HARD_MAX_TOKEN_BYTES).is_ok());
    let huge = KEY.sign(&json!({"x": "y".repeat(HARD_MAX_TOKEN_BYTES)})).unwrap();
    assert_eq!(verify_bounded(&huge, &keys(), usize::MAX), Err(JwtError::TooLong));
    assert_eq!(unverified_payload(&huge), None);
    for depth in [17, 5000] {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(depth - 1), "]".repeat(depth - 1));
        refuse(&signed_under(&header(""), &deep), JwtError::Malformed("payload"));
    }
    let allowed = format!(r#"{{"a":{}{}}}"#, "[".repeat(15), "]".repeat(15));
    verify(&signed_under(&header(""), &allowed), &keys()).unwrap();
}

#[test]
fn attack_62_weak_foreign_keys_are_refused() {
    let good = KEY.public();
    let check = |jwk: Jwk| VerifyingKey::from_jwk(&jwk).map(|_| ()).unwrap_err();
    let n = base64url::decode(good.n.as_deref().unwrap()).unwrap();
    let small = Some(base64url::encode(&n[..128]));
    assert_eq!(check(Jwk { n: small, ..good.clone() }), KeyError::Unacceptable("RSA modulus size"));
    for e in [&[3u8][..], &[1], &[1, 0, 0], &[0, 0, 3]] {
        let e = Some(base64url::encode(e));
        assert_eq!(check(Jwk { e, ..good.clone() }), KeyError::Unacceptable("RSA exponent"));
    }
    assert_eq!(
        check(Jwk { e: Some(base64url::encode(&[1, 0, 0, 0, 1])), ..good.clone() }),
        KeyError::Unacceptable("RSA exponent size")
    );
    for alg in ["HS256", "none", "ES256", "PS256"] {
        assert_eq!(check(Jwk { alg: Some(alg.into()), ..good.clone() }), KeyError::Unacceptable("algorithm"));
    }
    assert_eq!(check(Jwk { kty: "oct".into(), ..good.clone() }), KeyError::Unacceptable("kind of key"));
    assert_eq!(
        check(Jwk { usage: Some("enc".into()), ..good.clone() }),
        KeyError::Unacceptable("the key is not for signatures")
    );
    assert_eq!(check(Jwk { n: None, ..good.clone() }), KeyError::Malformed);
    assert_eq!(check(Jwk { kid: String::new(), ..good.clone() }), KeyError::Unacceptable("kid is missing or too long"));
}

#[test]
fn attack_61_oversized_key_sets_are_refused() {
    let many = Jwks { keys: vec![KEY.public().clone(); MAX_KEYS + 1] };
    assert_eq!(KeySet::from_jwks(&many).unwrap_err(), KeyError::TooManyKeys);
    assert_eq!(Jwks::parse(&serde_json::to_vec(&many).unwrap()).unwrap_err(), KeyError::TooManyKeys);
    assert_eq!(Jwks::parse(&vec![b' '; MAX_JWKS_BYTES + 1]).unwrap_err(), KeyError::TooManyKeys);
    assert_eq!(Jwks::parse(b"{\"keys\":7}").unwrap_err(), KeyError::Malformed);
    let twice = Jwks { keys: vec![KEY.public().clone(); 2] };
    assert_eq!(KeySet::from_jwks(&twice).unwrap_err(), KeyError::Malformed);
}

#[test]
fn a_type_that_is_no_token_is_refused() {
    for typ in [r#""JWT""#, r#""at+jwt""#, r#""jwt""#] {
        verify(&signed_under(&header(&format!(r#","typ":{typ}"#)), "{}"), &keys()).unwrap();
    }
    for typ in [r#""dpop+jwt""#, r#""JOSE""#, "7", "null"] {
        refuse(&signed_under(&header(&format!(r#","typ":{typ}"#)), "{}"), JwtError::Malformed("typ"));
    }
}

proptest! {
    #[test]
    fn arbitrary_text_is_refused_without_panic(text in "\\PC*") {
        prop_assert!(verify(&text, &keys()).is_err());
        let _ = unverified_payload(&text);
        let _ = unverified_kid(&text);
    }

    #[test]
    fn arbitrary_json_in_all_parts_never_panics(header in "[{}\\[\\]\":,a-z0-9. ]{0,40}", payload in "\\PC{0,40}") {
        let token = [b64(&header), b64(&payload), "AA".to_owned()].join(".");
        prop_assert!(verify(&token, &keys()).is_err());
    }

    #[test]
    fn strict_objects_equal_what_serde_json_reads(names in proptest::collection::btree_set("[a-z]{1,3}", 0..6), value in any::<i64>()) {
        let object = Value::Object(names.into_iter().map(|n| (n, json!([value, {"x": value}]))).collect());
        prop_assert_eq!(parse_object(object.to_string().as_bytes()).map(Value::Object), Some(object));
    }

    #[test]
    fn any_changed_letter_of_a_token_is_refused(at in any::<prop::sample::Index>(), letter in "[A-Za-z0-9_.-]") {
        static TOKEN: LazyLock<String> = LazyLock::new(|| KEY.sign(&claims()).unwrap());
        let at = at.index(TOKEN.len());
        let mut changed = TOKEN.clone();
        changed.replace_range(at..=at, &letter);
        prop_assume!(changed != *TOKEN);
        prop_assert!(verify(&changed, &keys()).is_err());
    }
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8>>;

/// A pair of each kind that is verified and never made here, with its public half as others publish it.
fn elliptic() -> [(Jwk, Sign); 2] {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    let ec = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = ec.public_key().as_ref().to_vec();
    let jwk = |kty: &str, crv: &str, x: &[u8], y: Option<&[u8]>| Jwk {
        kid: crv.to_owned(),
        kty: kty.to_owned(),
        crv: Some(crv.to_owned()),
        x: Some(base64url::encode(x)),
        y: y.map(base64url::encode),
        ..Jwk::default()
    };
    let p256 = jwk("EC", "P-256", &point[1..33], Some(&point[33..]));
    let ed = Ed25519KeyPair::generate().unwrap();
    let ed25519 = jwk("OKP", "Ed25519", ed.public_key().as_ref(), None);
    let random = aws_lc_rs::rand::SystemRandom::new();
    [
        (p256, Box::new(move |message| ec.sign(&random, message).unwrap().as_ref().to_vec())),
        (ed25519, Box::new(move |message| ed.sign(message).as_ref().to_vec())),
    ]
}

#[test]
fn tokens_by_elliptic_keys_verify_and_only_by_their_own_algorithm() {
    for ((jwk, sign), alg) in elliptic().into_iter().zip(["ES256", "EdDSA"]) {
        let set = KeySet::from_jwks(&Jwks { keys: vec![jwk.clone(), KEY.public().clone()] }).unwrap();
        assert_eq!(set.len(), 2);
        let token = |alg: &str| {
            let input =
                format!("{}.{}", b64(&json!({"kid": jwk.kid, "alg": alg}).to_string()), b64(&claims().to_string()));
            let signature = sign(input.as_bytes());
            format!("{input}.{}", base64url::encode(&signature))
        };
        verify(&token(alg), &set).unwrap();
        for other in ["RS256", "HS256", "none", "ES384"] {
            assert_eq!(verify(&token(other), &set), Err(JwtError::BadAlgorithm), "{other}");
        }
        let mut parts: Vec<String> = token(alg).split('.').map(str::to_owned).collect();
        parts[1] = b64(&json!({"sub": "somebody else"}).to_string());
        assert_eq!(verify(&parts.join("."), &set), Err(JwtError::BadSignature));
        // What is no signature of that kind, as zeroes are: psychic signatures (CVE-2022-21449).
        parts[2] = base64url::encode(&[0; 64]);
        assert_eq!(verify(&parts.join("."), &set), Err(JwtError::BadSignature));
    }
}

#[test]
fn attack_62_elliptic_keys_are_of_their_curve_and_algorithm() {
    let [(p256, _), (ed25519, _)] = elliptic();
    for change in [
        |jwk: &mut Jwk| jwk.alg = Some("RS256".to_owned()),
        |jwk: &mut Jwk| jwk.alg = Some("ES384".to_owned()),
        |jwk: &mut Jwk| jwk.crv = Some("P-384".to_owned()),
        |jwk: &mut Jwk| jwk.crv = None,
        |jwk: &mut Jwk| jwk.kty = "oct".to_owned(),
        |jwk: &mut Jwk| jwk.x = None,
        |jwk: &mut Jwk| jwk.x = Some(base64url::encode(&[7; 31])),
        |jwk: &mut Jwk| jwk.x = Some(base64url::encode(&[7; 33])),
        |jwk: &mut Jwk| jwk.usage = Some("enc".to_owned()),
        |jwk: &mut Jwk| jwk.kid.clear(),
    ] {
        for jwk in [&p256, &ed25519] {
            let mut jwk = jwk.clone();
            change(&mut jwk);
            assert!(VerifyingKey::from_jwk(&jwk).is_err(), "{jwk:?}");
        }
    }
    let off_the_curve = Jwk { y: Some(base64url::encode(&[1; 32])), ..p256 };
    assert_eq!(VerifyingKey::from_jwk(&off_the_curve).unwrap_err(), KeyError::Malformed);
    assert!(VerifyingKey::from_jwk(&Jwk { alg: Some("ES256".to_owned()), ..KEY.public().clone() }).is_err());
    let signing = SigningKey::from_pkcs8(KEY.to_pkcs8().unwrap().expose()).unwrap();
    assert!(signing.with_algorithm(Algorithm::Es256).is_err());
}
