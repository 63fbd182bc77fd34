//! Each refusal, provoked by a request, with the sentence, code and status of its dialects.

use aws_types::{AwsError, Secret, Timestamp};

use super::*;

fn shown(error: &SigError, dialect: Dialect) -> (String, u16, String) {
    let AwsError { code, status, message, .. } = error.to_aws(dialect);
    (code.into_owned(), status, message.into_owned())
}

/// Provokes, and checks the sentence in JSON with the codes and statuses of all dialects but S3's.
fn check_refusal(error: &SigError, codes: (&str, &str), query_status: u16, sentence: &str) {
    let (exception, query) = codes;
    assert_eq!(shown(error, Dialect::Json), (exception.into(), 400, sentence.into()));
    assert_eq!(shown(error, Dialect::RestJson), (exception.into(), 403, sentence.into()));
    assert_eq!(shown(error, Dialect::Query), (query.into(), query_status, sentence.into()));
    let (code, status, _) = shown(error, Dialect::ExecuteApi);
    assert_eq!((code.as_str(), status), (exception, 403));
    assert_eq!(error.to_string(), sentence);
}

const INCOMPLETE: (&str, &str) = ("IncompleteSignatureException", "IncompleteSignature");
const INVALID: (&str, &str) = ("InvalidSignatureException", "SignatureDoesNotMatch");
const UNKNOWN: (&str, &str) = ("UnrecognizedClientException", "InvalidClientTokenId");

fn s3_code(error: &SigError) -> (String, u16) {
    let (code, status, _) = shown(error, Dialect::S3);
    (code, status)
}

fn signed() -> Owned {
    pets().signed(&signer(&credentials()))
}

fn refused(request: &Owned) -> SigError {
    judge(&request.get(), &RULES).unwrap_err()
}

fn authorized(authorization: &str) -> Owned {
    pets().with("x-amz-date", "20260102T030405Z").with("authorization", authorization)
}

/// The signed request with one piece of its Authorization header replaced.
fn tampered(from: &str, to: &str) -> Owned {
    let signed = signed();
    let authorization = signed.header("authorization").to_owned();
    assert!(authorization.contains(from), "{authorization}");
    signed.without("authorization").with("authorization", &authorization.replace(from, to))
}

fn presigned(expires: &str) -> Owned {
    let keys = credentials();
    let mut request = Owned::new("GET", "/dev/pets", "x=1", &[("host", GATEWAY_HOST)], b"");
    request.query = signer(&keys).presign(&request.get(), 300).replace("Expires=300", &format!("Expires={expires}"));
    request
}

#[test]
fn no_signature_at_all() {
    assert_eq!(presented(&pets().get()), Ok(None));
    let codes = ("MissingAuthenticationTokenException", "MissingAuthenticationToken");
    check_refusal(&SigError::MissingToken, codes, 403, "Request is missing Authentication Token");
    assert_eq!(shown(&SigError::MissingToken, Dialect::ExecuteApi).2, "Missing Authentication Token");
    assert_eq!(s3_code(&SigError::MissingToken), ("AccessDenied".into(), 403));
}

#[test]
fn header_and_query_form_together() {
    let mut both = signed();
    both.query = presigned("300").query;
    let text = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    check_refusal(&refused(&both), INVALID, 403, text);
    assert_eq!(s3_code(&SigError::BothForms), ("InvalidArgument".into(), 400));
}

#[test]
fn a_bearer_token_is_not_repeated_in_the_answer() {
    // The hash is `printf %s 'Bearer abc' | openssl dgst -sha256 -binary | base64`.
    let text = "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded \
                with Base64): 'w1Xc6WwWEogNEZQP/dkBTThsJT4MNlKmzQanIm970rY='.";
    let error = refused(&authorized("Bearer abc"));
    assert!(!error.to_string().contains("abc"));
    check_refusal(&error, INCOMPLETE, 400, text);
    assert_eq!(s3_code(&error), ("InvalidRequest".into(), 400));
    for header in ["eyJhbGciOiJub25lIn0.e30.", "", "AWS4-HMAC-SHA256", "AWS AKID:sig"] {
        assert!(matches!(refused(&authorized(header)), SigError::MissingEqualSign { .. }), "{header}");
    }
}

#[test]
fn missing_members_are_all_named() {
    let SigError::MissingMembers { header_hash, .. } = refused(&pets().with("authorization", "Basic YTpi=")) else {
        panic!("another refusal")
    };
    let text = format!(
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. \
         Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a \
         'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization={header_hash}"
    );
    check_refusal(&refused(&pets().with("authorization", "Basic YTpi=")), INCOMPLETE, 400, &text);
    let one = refused(&tampered("SignedHeaders=", "Signed="));
    assert!(one.to_string().starts_with("Authorization header requires 'SignedHeaders' parameter. (Hashed"), "{one}");
    assert_eq!(s3_code(&one), ("AuthorizationHeaderMalformed".into(), 400));
    let undated = refused(&signed().without("x-amz-date"));
    assert!(undated.to_string().starts_with("Authorization header requires existence of either"), "{undated}");
    assert_eq!(s3_code(&undated), ("AccessDenied".into(), 403));
}

#[test]
fn missing_query_members_are_all_named() {
    let mut request = presigned("300");
    request.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260102T030405Z".into();
    let text = "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include \
                'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the \
                query-string parameters.";
    check_refusal(&refused(&request), INCOMPLETE, 400, text);
    let (code, status, message) = shown(&refused(&request), Dialect::S3);
    assert_eq!((code.as_str(), status), ("AuthorizationQueryParametersError", 400));
    assert_eq!(
        message,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
         X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
    );
}

#[test]
fn another_algorithm_is_refused() {
    let error = refused(&tampered("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"));
    check_refusal(&error, INCOMPLETE, 400, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.");
    let mut url = presigned("300");
    url.query = url.query.replace("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256");
    assert_eq!(refused(&url), error);
}

#[test]
fn a_date_that_is_none() {
    let bad = signed().without("x-amz-date").with("x-amz-date", "2026-01-02T03:04:05Z");
    let text = "Date must be in ISO-8601 'basic format'. Got '2026-01-02T03:04:05Z'. See \
                http://en.wikipedia.org/wiki/ISO_8601";
    check_refusal(&refused(&bad), INCOMPLETE, 400, text);
    assert_eq!(s3_code(&refused(&bad)), ("AccessDenied".into(), 403));
    let mut url = presigned("300");
    url.query = url.query.replace("X-Amz-Date=20260102T030405Z", "X-Amz-Date=now");
    assert_eq!(s3_code(&refused(&url)), ("AuthorizationQueryParametersError".into(), 400));
}

#[test]
fn the_date_header_serves_where_x_amz_date_is_absent() {
    let dated = signed().without("x-amz-date").with("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    let read = presented(&dated.get()).unwrap().unwrap();
    assert_eq!((read.at, read.at_text.as_str()), (NOW, "20260102T030405Z"));
}

#[test]
fn an_unsigned_host_or_target_is_refused() {
    let text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";
    let error = refused(&tampered("content-type;host;", "content-type;"));
    check_refusal(&error, INVALID, 403, text);
    let error = refused(&signed().with("x-amz-target", "T.DeleteUserPool"));
    check_refusal(&error, INVALID, 403, "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.");
    assert_eq!(s3_code(&error), ("AccessDenied".into(), 403));
}

#[test]
fn a_credential_of_four_or_six_parts() {
    for credential in ["AKIDEXAMPLE/20260102/eu-west-1/execute-api", "a/b/c/d/e/f"] {
        let text = format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got \
             '{credential}'"
        );
        let request = tampered("AKIDEXAMPLE/20260102/eu-west-1/execute-api/aws4_request", credential);
        check_refusal(&refused(&request), INCOMPLETE, 400, &text);
        assert_eq!(
            shown(&refused(&request), Dialect::S3).2,
            "The authorization header is malformed; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
        );
    }
    let mut url = presigned("300");
    url.query = url.query.replace("%2Faws4_request", "");
    let (code, _, message) = shown(&refused(&url), Dialect::S3);
    assert_eq!(code, "AuthorizationQueryParametersError");
    assert_eq!(
        message,
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
    );
}

#[test]
fn every_wrong_part_of_the_scope_is_named() {
    let error = refused(&tampered("20260102/eu-west-1/execute-api/aws4_request", "20260101/x/s3/aws3_request"));
    let text = "Credential should be scoped to a valid region, not 'x'. Credential should be scoped to correct \
                service: 'execute-api'. Credential should be scoped with a valid terminator: 'aws4_request', not \
                'aws3_request'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
                HTTP: '20260101' != '20260102', from '20260102T030405Z'.";
    check_refusal(&error, INVALID, 403, text);
    let AwsError { message, fields, .. } = error.to_aws(Dialect::S3);
    assert_eq!(message, "The authorization header is malformed; the region 'x' is wrong; expecting 'eu-west-1'");
    assert_eq!(fields.first().map(|(name, value)| (*name, value.as_str())), Some(("Region", Some("eu-west-1"))));
}

#[test]
fn any_well_formed_region_is_served_where_none_is_demanded() {
    let anywhere = Rules { region: None, ..RULES };
    judge(&signed().get(), &anywhere).unwrap();
    let odd = tampered("eu-west-1", "EU WEST");
    assert!(matches!(judge(&odd.get(), &anywhere), Err(SigError::Scope(_))));
}

#[test]
fn an_old_signature_is_refused_after_the_window() {
    let at = |seconds: i64, rules: Rules<'_>| {
        let now = Timestamp::from_secs(NOW.secs() + seconds);
        judge(&signed().get(), &Rules { now, ..rules })
    };
    assert!(at(300, RULES).is_ok());
    let text = "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)";
    check_refusal(&at(301, RULES).unwrap_err(), INVALID, 403, text);
    let wide = Rules { window_s: WINDOW_S, ..RULES };
    assert!(at(900, wide).is_ok());
    let error = at(901, wide).unwrap_err();
    assert!(error.to_string().ends_with("(20260102T031906Z - 15 min.)"), "{error}");
    let AwsError { code, status, fields, .. } = error.to_aws(Dialect::S3);
    assert_eq!((code.as_ref(), status), ("RequestTimeTooSkewed", 403));
    assert_eq!(fields.last().unwrap().1, "900000");
}

#[test]
fn a_signature_of_the_future_is_refused() {
    let now = Timestamp::from_secs(NOW.secs() - 301);
    let error = judge(&signed().get(), &Rules { now, ..RULES }).unwrap_err();
    let text = "Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T025904Z + \
                5 min.)";
    check_refusal(&error, INVALID, 403, text);
    assert_eq!(s3_code(&error), ("RequestTimeTooSkewed".into(), 403));
}

#[test]
fn a_presigned_url_lives_as_long_as_it_says() {
    let keys = credentials();
    let mut url = Owned::new("GET", "/k", "", &[("host", "h")], b"");
    url.query = s3_signer(&keys).presign(&url.get(), 3600);
    let at = |seconds: i64| judge(&url.get(), &Rules { now: Timestamp::from_secs(NOW.secs() + seconds), ..S3_RULES });
    assert!(at(3600).is_ok());
    let AwsError { code, message, fields, .. } = at(3601).unwrap_err().to_aws(Dialect::S3);
    assert_eq!((code.as_ref(), message.as_ref()), ("AccessDenied", "Request has expired"));
    let members: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str().unwrap())).collect();
    assert_eq!(
        members,
        [("X-Amz-Expires", "3600"), ("Expires", "2026-01-02T04:04:05Z"), ("ServerTime", "2026-01-02T04:04:06Z")]
    );
    assert_eq!(s3_code(&at(-901).unwrap_err()), ("AccessDenied".into(), 403));
}

#[test]
fn a_presigned_url_outside_its_range_is_refused() {
    for (expires, text) in [
        ("x", "X-Amz-Expires should be a number"),
        ("0", "X-Amz-Expires must be non-negative"),
        ("-1", "X-Amz-Expires must be non-negative"),
        (
            "604801",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
    ] {
        check_refusal(&refused(&presigned(expires)), INCOMPLETE, 400, text);
        assert_eq!(s3_code(&refused(&presigned(expires))), ("AuthorizationQueryParametersError".into(), 400));
    }
    let mut url = presigned("300");
    url.query = url.query.replace("&X-Amz-Expires=300", "");
    let read = presented(&url.get()).unwrap().unwrap();
    assert!(matches!(check(&url.get(), &read, &S3_RULES), Err(SigError::MissingQueryMembers { .. })));
}

#[test]
fn keys_and_tokens_that_the_server_does_not_accept() {
    let unknown = SigError::UnknownKey { access_key_id: "AKIDNOBODY".into() };
    for error in [&unknown, &SigError::BadSessionToken] {
        check_refusal(error, UNKNOWN, 403, "The security token included in the request is invalid.");
    }
    let expired = ("ExpiredTokenException", "ExpiredToken");
    check_refusal(&SigError::ExpiredToken, expired, 403, "The security token included in the request is expired");
    assert_eq!(s3_code(&unknown), ("InvalidAccessKeyId".into(), 403));
    assert_eq!(s3_code(&SigError::BadSessionToken), ("InvalidToken".into(), 400));
    assert_eq!(s3_code(&SigError::ExpiredToken), ("ExpiredToken".into(), 400));
}

#[test]
fn a_wrong_signature_shows_what_we_calculated() {
    let text = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                Access Key and signing method. Consult the service documentation for details.";
    let other = Secret::new("another".to_owned());
    let request = signed();
    let read = presented(&request.get()).unwrap().unwrap();
    let error = verify(&request.get(), &read, &other, &RULES).unwrap_err();
    check_refusal(&error, INVALID, 403, text);
    let long = shown(&error, Dialect::ExecuteApi).2;
    let start = format!("{text}\n\nThe Canonical String for this request should have been\n'POST\n/dev/pets/a%2520b\n");
    assert!(long.starts_with(&start), "{long}");
    assert!(long.contains("'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260102T030405Z\n"), "{long}");
    assert!(long.ends_with("7916280184f94539e4625529de8c7cf53459742992cdfc215e7acae71f58c93c'\n"), "{long}");
    let AwsError { code, status, message, fields, .. } = error.to_aws(Dialect::S3);
    assert_eq!((code.as_ref(), status), ("SignatureDoesNotMatch", 403));
    assert!(message.ends_with("Check your key and signing method."), "{message}");
    let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes"
        ]
    );
    assert!(fields[5].1.as_str().unwrap().starts_with("50 4f 53 54 0a"));
}

#[test]
fn a_signed_header_that_is_absent_is_refused() {
    let keys = credentials();
    let request = pets().with("x-empty", "").signed(&signer(&keys));
    judge(&request.get(), &RULES).unwrap();
    assert!(matches!(refused(&request.without("x-empty")), SigError::Mismatch(_)));
}

#[test]
fn repeated_headers_are_joined_in_their_order() {
    let keys = credentials();
    let request = pets().with("x-list", "b").with("x-list", " a  c ").signed(&signer(&keys));
    judge(&request.get(), &RULES).unwrap();
    let joined = request.clone().without("x-list").with("x-list", "b,a c");
    judge(&joined.get(), &RULES).unwrap();
    let swapped = request.without("x-list").with("x-list", "a c").with("x-list", "b");
    assert!(matches!(refused(&swapped), SigError::Mismatch(_)));
}

#[test]
fn what_must_stand_once_does() {
    for name in ["authorization", "x-amz-date", "host", "x-amz-content-sha256"] {
        let twice = signed().with(name, "x").with(name, "y");
        let error = refused(&twice);
        assert!(matches!(error, SigError::Repeated(_)), "{name}: {error:?}");
        assert_eq!(s3_code(&error), ("InvalidArgument".into(), 400));
    }
    assert!(matches!(refused(&tampered(", Signature=", ", Signature=0, Signature=")), SigError::Repeated(_)));
    let mut url = presigned("300");
    url.query.push_str("&X-Amz-Date=20260102T030405Z");
    check_refusal(&refused(&url), INCOMPLETE, 400, "The request must have 'X-Amz-Date' only once.");
}

#[test]
fn what_is_too_large_is_not_looked_at() {
    let many = vec!["host"; MAX_SIGNED_HEADERS + 1].join(";");
    for request in [
        tampered("content-type;host;x-amz-date", &many),
        authorized(&"a=".repeat(10_000)),
        signed().with("x-long", &"x".repeat(MAX_HEADERS_BYTES)),
        Owned { path: "x".repeat(MAX_TARGET_BYTES), ..signed() },
    ] {
        assert!(matches!(refused(&request), SigError::TooLarge(_)));
    }
    assert_eq!(s3_code(&SigError::TooLarge("headers")), ("RequestHeaderSectionTooLarge".into(), 400));
}

#[test]
fn s3_demands_that_its_own_headers_are_signed() {
    let keys = credentials();
    let request = Owned::new("PUT", "/k", "", &[("host", "h")], b"x").signed(&s3_signer(&keys));
    let acl = request.with("x-amz-acl", "public-read").with("x-amz-meta-a", "1");
    let AwsError { code, message, fields, .. } = judge(&acl.get(), &S3_RULES).unwrap_err().to_aws(Dialect::S3);
    assert_eq!(code, "AccessDenied");
    assert_eq!(message, "There were headers present in the request which were not signed");
    assert_eq!(fields, [("HeadersNotSigned", "x-amz-acl, x-amz-meta-a".into())]);
}

#[test]
fn s3_bodies_must_be_what_was_signed() {
    let keys = credentials();
    let request = Owned::new("PUT", "/k", "", &[("host", "h")], b"hello").signed(&s3_signer(&keys));
    let changed = Owned { body: b"other".to_vec(), ..request.clone() };
    let error = judge(&changed.get(), &S3_RULES).unwrap_err();
    assert_eq!(s3_code(&error), ("XAmzContentSHA256Mismatch".into(), 400));
    assert!(matches!(error, SigError::BodyHashMismatch { .. }));
    let deferred = SignedRequest { body: BodyHash::Deferred, ..request.get() };
    let Payload::Hash(hash) = judge(&deferred, &S3_RULES).unwrap().payload else { panic!("another payload") };
    assert_eq!(hash, key::sha256_hex(b"hello"));
    let precomputed = SignedRequest { body: BodyHash::Precomputed(&hash), ..request.get() };
    judge(&precomputed, &S3_RULES).unwrap();
    let without = request.without("x-amz-content-sha256");
    assert_eq!(s3_code(&judge(&without.get(), &S3_RULES).unwrap_err()), ("InvalidRequest".into(), 400));
}

#[test]
fn s3_bodies_may_be_unsigned_and_others_may_not() {
    let keys = credentials();
    let headers = [("host", "h"), ("x-amz-content-sha256", UNSIGNED_PAYLOAD)];
    let request = Owned::new("PUT", "/k", "", &headers, b"hello");
    let object = request.clone().signed(&s3_signer(&keys));
    assert!(matches!(judge(&object.get(), &S3_RULES).unwrap().payload, Payload::Unsigned));
    assert!(matches!(refused(&request.signed(&signer(&keys))), SigError::Mismatch(_)));
    let odd = Owned::new("PUT", "/k", "", &[("host", "h"), ("x-amz-content-sha256", "STREAMING-X")], b"");
    let error = judge(&odd.signed(&s3_signer(&keys)).get(), &S3_RULES).unwrap_err();
    assert_eq!(s3_code(&error), ("InvalidArgument".into(), 400));
}

#[test]
fn other_services_check_the_body_hash_header_too() {
    let keys = credentials();
    let honest = key::sha256_hex(br#"{"a":1}"#);
    judge(&pets().with("x-amz-content-sha256", &honest).signed(&signer(&keys)).get(), &RULES).unwrap();
    let lying = signed().with("x-amz-content-sha256", &key::sha256_hex(b"other"));
    let error = refused(&lying);
    assert!(matches!(error, SigError::BodyHashMismatch { .. }));
    assert_eq!(shown(&error, Dialect::Json).0, "InvalidSignatureException");
}

#[test]
fn version_two_is_refused_at_s3() {
    let query = |query: &str| refuse_v2(&Owned::new("GET", "/k", query, &[], b"").get());
    assert_eq!(query("prefix=a"), Ok(()));
    assert_eq!(query("Expires=1"), Ok(()));
    assert_eq!(query("AWSAccessKeyId=a&Signature=b&Expires=1"), Err(SigError::V2Unsupported));
    let error = query("AWSAccessKeyId=a").unwrap_err();
    assert_eq!(
        shown(&error, Dialect::S3),
        (
            "AccessDenied".into(),
            403,
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters".into()
        )
    );
}
