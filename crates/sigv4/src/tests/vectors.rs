//! Signatures that other implementations made (AWS's documentation, botocore).

use aws_types::Timestamp;

use super::*;
use crate::canonical;

fn signature(signed: &Owned) -> &str {
    signed.header("authorization").rsplit_once("Signature=").unwrap().1
}

/// Signs, compares with the known signature, and verifies.
fn check_vector(request: Owned, signer: &Signer<'_>, rules: &Rules<'_>, expected: &str) {
    let signed = request.signed(signer);
    assert_eq!(signature(&signed), expected);
    judge(&signed.get(), rules).unwrap();
}

#[test]
fn a_gateway_call_in_the_header_form() {
    let expected = "9466be93d17ecde10d17373035c425e639db8d934b4f6ba567b989f8f04c40d2";
    check_vector(pets(), &signer(&credentials()), &RULES, expected);
}

#[test]
fn the_canonical_request_of_a_gateway_call() {
    let signed = pets().with("x-amz-date", "20260102T030405Z");
    let names = ["content-type", "host", "x-amz-date"].map(str::to_owned);
    let payload = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862";
    assert_eq!(key::sha256_hex(&signed.body), payload);
    let text = canonical::request(&signed.get(), &names, payload, Style::Normalised, Form::Header).text;
    assert_eq!(
        key::sha256_hex(text.as_bytes()),
        "7916280184f94539e4625529de8c7cf53459742992cdfc215e7acae71f58c93c",
        "{text}"
    );
    assert_eq!(text.lines().nth(1), Some("/dev/pets/a%2520b"));
}

#[test]
fn a_gateway_call_in_the_query_form() {
    let keys = credentials();
    let mut request = Owned::new("GET", "/dev/pets", "x=1", &[("host", GATEWAY_HOST)], b"");
    request.query = signer(&keys).presign(&request.get(), 300);
    let expected = "c29f7a41414b3ccecf6b7e6f4ce8a0ae5f90eb2840c6f466dcd71cc4eed3653a";
    assert!(request.query.ends_with(&format!("&X-Amz-Signature={expected}")), "{}", request.query);
    judge(&request.get(), &RULES).unwrap();
}

#[test]
fn a_call_with_a_session_token_and_loose_blanks() {
    let keys =
        Credentials { access_key_id: "ASIAEXAMPLE".into(), session_token: Some("tok/en+x=".into()), ..credentials() };
    let request = Owned::new(
        "POST",
        "/",
        "",
        &[
            ("x-amz-target", "T.ListUserPools"),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-multi", "  a   b  "),
            ("host", "cognito-idp.eu-west-1.amazonaws.com"),
        ],
        b"{}",
    );
    let signer = Signer { service: "cognito-idp", ..signer(&keys) };
    let rules = Rules { service: "cognito-idp", window_s: WINDOW_S, ..RULES };
    let signed = request.signed(&signer);
    assert_eq!(signature(&signed), "b7e5aafbd4674c3261c1d49d5320f6bab9ef6134257982174c1f1b0fde8ee427");
    judge(&signed.get(), &rules).unwrap();
    let presented = presented(&signed.get()).unwrap().unwrap();
    assert_eq!(presented.session_token.as_deref(), Some("tok/en+x="));
    assert_eq!(presented.access_key_id, "ASIAEXAMPLE");
}

#[test]
fn a_path_with_dots_doubled_slashes_and_a_crowded_query() {
    let request = Owned::new(
        "GET",
        "/dev//a/./b/../c%2Fd/~x!*()/",
        "b=2&a=%C3%A9&a=1&empty&z=%2F",
        &[("host", GATEWAY_HOST)],
        b"",
    );
    // botocore 1.43 signs a raw query without encoding it anew; this query is canonical but for `empty`, which it
    // writes `empty=` as we do, and for the order, which is ours.
    let expected = "e85088b83ee31c95bcb71ebc33ff098e29c4e2372c136e5018a1ac4b5490b146";
    check_vector(request, &signer(&credentials()), &RULES, expected);
}

#[test]
fn an_object_key_is_encoded_once_and_kept() {
    let path = "/a%20b/..//c%2Bd%3D%C3%A9.txt";
    let request = Owned::new("PUT", path, "tagging", &[("host", "bucket.s3.eu-west-1.amazonaws.com")], b"hello");
    let expected = "856a2eb569f1c7d994be1cb7a67d66a4f3cd62a482dd73945c0f3ef724661492";
    check_vector(request, &s3_signer(&credentials()), &S3_RULES, expected);
}

#[test]
fn a_presigned_object_with_a_session_token() {
    let keys =
        Credentials { access_key_id: "ASIAEXAMPLE".into(), session_token: Some("tok/en+x=".into()), ..credentials() };
    let mut request =
        Owned::new("GET", "/a%20b.txt", "versionId=1", &[("host", "bucket.s3.eu-west-1.amazonaws.com")], b"");
    request.query = s3_signer(&keys).presign(&request.get(), 3600);
    let expected = "a808457c8290e67cdc648966bce3a6e6d598dde09978c9f23ea5e3d5ebf5463d";
    assert!(request.query.ends_with(expected), "{}", request.query);
    let verified = judge(&request.get(), &S3_RULES).unwrap();
    assert!(matches!(verified.payload, Payload::Unsigned));
}

/// S3 API reference, "Signature Calculations for the Authorization Header", the examples' credentials and moment.
fn s3_documentation() -> (Credentials, Timestamp) {
    let keys = Credentials {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: aws_types::Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
        session_token: None,
    };
    (keys, Timestamp::parse_iso8601_basic("20130524T000000Z").unwrap())
}

#[test]
fn s3s_documented_get_object() {
    let (keys, now) = s3_documentation();
    let signer = Signer { region: "us-east-1", now, ..s3_signer(&keys) };
    let headers = [("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9")];
    let signed = Owned::new("GET", "/test.txt", "", &headers, b"").signed(&signer);
    assert_eq!(signature(&signed), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

#[test]
fn s3s_documented_presigned_url() {
    let (keys, now) = s3_documentation();
    let signer = Signer { region: "us-east-1", now, ..s3_signer(&keys) };
    let request = Owned::new("GET", "/test.txt", "", &[("host", "examplebucket.s3.amazonaws.com")], b"");
    let query = signer.presign(&request.get(), 86_400);
    assert!(query.ends_with("aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"), "{query}");
}

/// The vanilla case of AWS's test suite for Signature Version 4.
#[test]
fn the_test_suites_get_vanilla() {
    let keys = credentials();
    let now = Timestamp::parse_iso8601_basic("20150830T123600Z").unwrap();
    let signer = Signer { region: "us-east-1", service: "service", now, ..signer(&keys) };
    let signed = Owned::new("GET", "/", "", &[("host", "example.amazonaws.com")], b"").signed(&signer);
    assert_eq!(signature(&signed), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

/// The derivation example of the IAM guide.
#[test]
fn the_documented_signing_key() {
    let secret = aws_types::Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
    let key = signing_key(&secret, "20150830", "us-east-1", "iam");
    let text = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
                f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
    assert_eq!(key.signature(text), "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    assert_eq!(format!("{key:?}"), "[secret]");
}
