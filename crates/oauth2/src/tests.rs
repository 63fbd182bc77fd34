//! Tests of the whole room; those named `attack_NN` bear the number of the acceptance list for identity servers.

use aws_types::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::json;

use super::*;

const CALLBACK: &str = "https://app.example.com/cb";
/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn params(raw: &str) -> Params {
    Params::parse(raw.as_bytes()).map_err(|error| panic!("{raw}: {error}")).unwrap()
}

fn not_registered(requested: &str) {
    assert_eq!(registered(requested, [CALLBACK, "http://127.0.0.1/cb", "myapp://cb"]), None, "{requested}");
}

fn refuse_registration(uri: &str, expected: RedirectUriError) {
    assert_eq!(check_registration(uri), Err(expected), "{uri}");
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    result.unwrap_err().code
}

#[test]
fn attack_01_look_alike_hosts_are_refused() {
    assert_eq!(registered(CALLBACK, ["myapp://cb", CALLBACK]), Some(CALLBACK));
    for uri in [
        "https://app.example.com.evil.test/cb",
        "https://app.example.com.evil.test",
        "https://app.example.com",
        "https://app.example.com/cb2",
        "https://xapp.example.com/cb",
        "",
    ] {
        not_registered(uri);
    }
    assert_eq!(registered(CALLBACK, []), None);
}

#[test]
fn attack_02_path_traversal_is_refused() {
    for tail in ["/../evil", "/..;/evil", "/%2e%2e%2fevil", "/%252e%252e%252fevil", "/.", "/", "?", "?x=1", "//"] {
        not_registered(&format!("{CALLBACK}{tail}"));
    }
    not_registered("https://app.example.com/x/../cb");
    not_registered("https://app.example.com/%63b");
}

#[test]
fn attack_03_user_info_and_odd_letters_are_refused() {
    for uri in ["https://app.example.com@evil.test/cb", "https://app.example.com:x@evil.test/cb", "myapp://a@b/cb"] {
        not_registered(uri);
        refuse_registration(uri, RedirectUriError::Authority);
    }
    for uri in [
        "https://app.example.com\\@evil.test/cb",
        "https://app.example.com/cb\t",
        "https://app.example.com/\ncb",
        " https://app.example.com/cb",
        "https://app.example.com/c b",
        "https://app.example.com/cb\u{0}",
        "https://app.ex\u{430}mple.com/cb",
        "https://app.example.com/<script>",
        "https://app.example.com/\"",
        "https://app.example.com/%zz",
        "https://app.example.com/%4",
    ] {
        not_registered(uri);
        refuse_registration(uri, RedirectUriError::Characters);
    }
}

#[test]
fn attack_04_registered_values_are_never_patterns() {
    not_registered("https://appXexample.com/cb");
    assert_eq!(registered("https://a.example.com/cb", ["https://*.example.com/cb", ".*"]), None);
}

#[test]
fn attack_05_case_differences_are_refused() {
    for uri in ["HTTPS://app.example.com/cb", "https://APP.example.com/cb", "https://app.example.com/CB"] {
        not_registered(uri);
    }
}

#[test]
fn attack_06_loopback_is_compared_like_any_other() {
    assert!(registered("http://127.0.0.1/cb", ["http://127.0.0.1/cb"]).is_some());
    for uri in ["http://127.0.0.1/other", "http://127.0.0.2/cb", "http://localhost/cb", "http://127.0.0.1:8080/cb"] {
        not_registered(uri);
    }
}

#[test]
fn attack_07_fragments_are_refused() {
    for uri in [format!("{CALLBACK}#"), format!("{CALLBACK}#x"), "myapp://cb#x".to_owned()] {
        not_registered(&uri);
        refuse_registration(&uri, RedirectUriError::Fragment);
    }
}

#[test]
fn attack_08_dangerous_registrations_are_refused() {
    for uri in [
        "javascript:alert(1)",
        "JavaScript://x/%0aalert(1)",
        "data:text/html,x",
        "DATA:/x",
        "file:///etc/passwd",
        "vbscript:x",
        "blob:https://x/y",
        "view-source:https://x",
        "intent://x",
        "mailto:a@b",
        "/cb",
        "//app.example.com/cb",
        "app.example.com",
        "1app://x",
        "my_app://x",
        "://x",
        "myapp:cb",
    ] {
        refuse_registration(uri, RedirectUriError::Scheme);
    }
    for uri in [
        "http://app.example.com/cb",
        "http://localhost.evil.test/cb",
        "http://127.0.0.1.evil.test/",
        "http://10.0.0.1/",
        "HTTP://evil.test/",
        "http://[::2]/",
    ] {
        refuse_registration(uri, RedirectUriError::NotLoopback);
    }
    for uri in ["https://", "https:///cb", "https:/cb", "https:cb", "https://:443/", "https://a:b/", "https://a:70000/"]
    {
        refuse_registration(uri, RedirectUriError::Authority);
    }
    refuse_registration("", RedirectUriError::Length);
    refuse_registration(&format!("https://a/{}", "x".repeat(1015)), RedirectUriError::Length);
}

#[test]
fn what_apps_use_is_registered() {
    for uri in [
        CALLBACK,
        "https://app.example.com",
        "https://app.example.com:8443/cb?tenant=1&x=%20",
        "https://[2001:db8::1]:8443/cb",
        "http://localhost",
        "http://localhost:3000/",
        "http://127.0.0.1:8080/cb",
        "http://[::1]:9/cb",
        "http://localhost:4566/bma-website/callback.html",
        "myapp://",
        "myapp://callback/x",
        "com.example.app:/oauth2redirect",
        "MyApp://cb",
    ] {
        assert_eq!(check_registration(uri), Ok(()), "{uri}");
    }
    assert_eq!(check_registration(&format!("https://a/{}", "x".repeat(1014))), Ok(()));
}

#[test]
fn attack_09_duplicate_parameters_are_refused() {
    for name in ["redirect_uri", "client_id", "state"] {
        let twice = params(&format!("{name}=a&x=1&{name}=b"));
        let error = Duplicate { name: name.to_owned() };
        assert_eq!(twice.once(name), Err(error.clone()));
        assert_eq!(twice.refuse_duplicates(), Err(error.clone()));
        assert_eq!(Error::from(error).code, ErrorCode::InvalidRequest);
        assert_eq!(code(twice.required(name)), ErrorCode::InvalidRequest);
    }
    // Also where one of them is written otherwise, or empty.
    assert!(params("state=a&%73tate=b").once("state").is_err());
    assert!(params("state=&state=b").once("state").is_err());
    assert!(params("a=1&b=1").refuse_duplicates().is_ok());
}

#[test]
fn parameters_are_decoded_in_their_order() {
    let read = params("b=1&a=x+y%2B%C3%A9&flag&empty=&&c=d=e");
    let expected = [("b", "1"), ("a", "x y+\u{e9}"), ("flag", ""), ("empty", ""), ("c", "d=e")];
    assert_eq!(read.iter().collect::<Vec<_>>(), expected);
    assert_eq!(read.once("empty"), Ok(None));
    assert_eq!(read.once_or_empty("empty"), Ok(Some("")));
    assert_eq!(read.once("absent"), Ok(None));
    assert_eq!(code(read.required("empty")), ErrorCode::InvalidRequest);
    assert_eq!(params("r=1&r=2").all("r").collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn broken_and_oversized_parameters_are_refused() {
    let parse = |raw: &[u8]| Params::parse(raw).map(|_| ()).unwrap_err();
    for raw in ["a=%", "a=%4", "a=%zz", "%=1", "a=%%41"] {
        assert_eq!(parse(raw.as_bytes()), ParamsError::Encoding, "{raw}");
    }
    assert_eq!(parse(b"a=%ff"), ParamsError::Utf8);
    assert_eq!(parse(b"a=\xff"), ParamsError::Utf8);
    assert_eq!(parse("a=1&".repeat(MAX_PARAMS + 1).as_bytes()), ParamsError::TooLarge);
    assert_eq!(parse(&[b'a'; MAX_PARAMS_BYTES + 1]), ParamsError::TooLarge);
    assert_eq!(Error::from(ParamsError::Encoding).code, ErrorCode::InvalidRequest);
}

#[test]
fn attack_23_a_challenge_needs_its_verifier() {
    let challenge = CodeChallenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
    assert_eq!(check_pkce(challenge.as_ref(), Some(VERIFIER)), Ok(()));
    assert_eq!(code(check_pkce(challenge.as_ref(), None)), ErrorCode::InvalidGrant);
    assert_eq!(code(check_pkce(challenge.as_ref(), Some(""))), ErrorCode::InvalidGrant);
    let other = VERIFIER.replace('d', "e");
    assert_eq!(code(check_pkce(challenge.as_ref(), Some(&other))), ErrorCode::InvalidGrant);
    // The challenge itself is no verifier, as it would be with the method plain.
    assert_eq!(code(check_pkce(challenge.as_ref(), Some(CHALLENGE))), ErrorCode::InvalidGrant);
}

#[test]
fn attack_24_a_verifier_without_challenge_is_refused() {
    assert_eq!(check_pkce(None, None), Ok(()));
    assert_eq!(code(check_pkce(None, Some(VERIFIER))), ErrorCode::InvalidGrant);
}

#[test]
fn attack_25_other_methods_and_malformed_verifiers_are_refused() {
    for method in ["plain", "s256", "S512", "", "S256 "] {
        assert_eq!(code(CodeChallenge::parse(Some(CHALLENGE), Some(method))), ErrorCode::InvalidRequest, "{method}");
    }
    assert_eq!(code(CodeChallenge::parse(Some(CHALLENGE), None)), ErrorCode::InvalidRequest);
    assert_eq!(code(CodeChallenge::parse(None, Some("S256"))), ErrorCode::InvalidRequest);
    assert_eq!(CodeChallenge::parse(None, None), Ok(None));
    for challenge in [
        "",
        "abc",
        CHALLENGE.get(1..).unwrap(),
        &format!("{CHALLENGE}="),
        &format!("{CHALLENGE}A"),
        &CHALLENGE.replace('-', "+"),
    ] {
        assert_eq!(code(CodeChallenge::parse(Some(challenge), Some("S256"))), ErrorCode::InvalidRequest);
    }
    let challenge = CodeChallenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
    for verifier in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), format!("{}é", "a".repeat(43))] {
        assert!(CodeVerifier::parse(&verifier).is_none());
        assert_eq!(code(check_pkce(challenge.as_ref(), Some(&verifier))), ErrorCode::InvalidGrant);
    }
    for verifier in ["a".repeat(43), "-._~".repeat(32)] {
        let verifier = CodeVerifier::parse(&verifier).unwrap();
        assert!(verifier.challenge().accepts(&verifier));
        assert_eq!(format!("{verifier:?}"), "[secret]");
    }
    assert_eq!(CodeVerifier::parse(VERIFIER).unwrap().challenge().as_str(), CHALLENGE);
}

fn basic(text: &str) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

#[test]
fn a_client_proves_itself_in_three_ways() {
    let form = params("grant_type=x&client_id=abc&client_secret=s%2Bt");
    let post = ClientAuth::from_request(None, &form).unwrap();
    assert_eq!(post, ClientAuth::Post { client_id: "abc".into(), secret: Secret::new("s+t".into()) });
    let public = ClientAuth::from_request(None, &params("client_id=abc")).unwrap();
    assert_eq!(public, ClientAuth::Public { client_id: "abc".into() });
    for (header, secret) in [
        (basic("abc:s%3At"), "s:t"),
        (basic("abc:s:t"), "s:t"),
        (basic("abc:50%"), "50%"),
        (basic("abc:s:t").replace("Basic", "basic").trim_end_matches('=').to_owned(), "s:t"),
    ] {
        for form in ["", "client_id=abc"] {
            let auth = ClientAuth::from_request(Some(&header), &params(form)).unwrap();
            assert_eq!(auth.client_id(), "abc");
            assert_eq!(auth.secret().unwrap().expose(), secret);
        }
    }
}

#[test]
fn attack_27_secrets_are_proven_and_never_printed() {
    let secrets = [Secret::new("old".to_owned()), Secret::new("new".to_owned())];
    let sends = |secret: &str| ClientAuth::from_request(Some(&basic(&format!("abc:{secret}"))), &params("")).unwrap();
    assert!(sends("old").proves(&secrets));
    assert!(sends("new").proves(&secrets));
    assert!(!sends("ol").proves(&secrets));
    assert!(!sends("").proves(&secrets));
    let public = ClientAuth::Public { client_id: "abc".into() };
    assert!(public.proves(&[]));
    assert!(!public.proves(&secrets));
    assert!(!sends("any").proves(&[]));
    assert!(!format!("{:?}", sends("hidden")).contains("hidden"));
}

#[test]
fn attack_31_two_methods_at_once_are_refused() {
    let header = basic("abc:s");
    let refuse = |form: &str| code(ClientAuth::from_request(Some(&header), &params(form)));
    assert_eq!(refuse("client_id=abc&client_secret=s"), ErrorCode::InvalidRequest);
    assert_eq!(refuse("client_secret=s"), ErrorCode::InvalidRequest);
    assert_eq!(refuse("client_id=other"), ErrorCode::InvalidRequest);
    assert_eq!(refuse("client_id=abc&client_id=abc"), ErrorCode::InvalidRequest);
    assert_eq!(code(ClientAuth::from_request(None, &params(""))), ErrorCode::InvalidRequest);
}

#[test]
fn broken_basic_headers_are_refused() {
    let long = basic(&format!("abc:{}", "s".repeat(5000)));
    for header in ["", "Basic", "Basic !", "Bearer abc", &basic("nocolon"), &basic(":s"), &long] {
        assert_eq!(code(ClientAuth::from_request(Some(header), &params(""))), ErrorCode::InvalidClient, "{header}");
    }
}

#[test]
fn response_grant_and_prompt_are_known_by_exact_name() {
    assert_eq!(ResponseType::parse(Some("code")), Ok(ResponseType::Code));
    assert_eq!(ResponseType::parse(Some("token")).map(ResponseType::flow), Ok("implicit"));
    for value in [None, Some("Code"), Some("code token"), Some("id_token")] {
        assert_eq!(code(ResponseType::parse(value)), ErrorCode::InvalidRequest);
    }
    for grant in [GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials] {
        assert_eq!(GrantType::parse(Some(grant.as_str())), Ok(grant));
    }
    assert_eq!(code(GrantType::parse(Some("password"))), ErrorCode::UnsupportedGrantType);
    assert_eq!(code(GrantType::parse(None)), ErrorCode::InvalidRequest);
    let prompts = Prompts::parse(Some("login select_account login")).unwrap();
    assert!(prompts.contains(Prompt::Login) && prompts.contains(Prompt::SelectAccount));
    assert!(!prompts.contains(Prompt::None) && !prompts.contains(Prompt::Consent));
    assert_eq!(Prompts::parse(None), Ok(Prompts::default()));
    for value in ["none login", "create", "None"] {
        assert_eq!(code(Prompts::parse(Some(value))), ErrorCode::InvalidRequest);
    }
}

#[test]
fn scopes_keep_the_order_in_which_they_were_asked_for() {
    let set = ScopeSet::parse("openid  profile api/read openid").unwrap();
    assert_eq!(set.to_string(), "openid profile api/read");
    assert_eq!(set.len(), 3);
    assert!(set.contains(OPENID) && !set.contains("open"));
    let allowed = ScopeSet::of(["api/read", OPENID, EMAIL]).unwrap();
    assert!(!set.is_subset_of(&allowed));
    assert_eq!(set.intersection(&allowed).to_string(), "openid api/read");
    assert!(set.intersection(&allowed).is_subset_of(&allowed));
    assert!(ScopeSet::parse("").unwrap().is_empty());
    assert_eq!(set.iter().filter(|scope| scope.is_custom()).map(Scope::as_str).collect::<Vec<_>>(), ["api/read"]);
    let stored = serde_json::to_value(&set).unwrap();
    assert_eq!(stored, json!("openid profile api/read"));
    assert_eq!(serde_json::from_value::<ScopeSet>(stored).unwrap(), set);
    assert!(serde_json::from_value::<Scope>(json!("a b")).is_err());
}

#[test]
fn malformed_scopes_are_refused() {
    let long = "x".repeat(MAX_SCOPE_BYTES + 1);
    let many: String = (0..=MAX_SCOPES).map(|n| format!("s{n} ")).collect();
    for text in ["a\tb", "a\"b", "a\\b", "\u{e9}", "a\nb", &long, &many] {
        assert_eq!(code(ScopeSet::parse(text)), ErrorCode::InvalidScope, "{text}");
    }
}

#[test]
fn an_error_is_json_or_a_redirect() {
    let plain = Error::invalid_grant("the code was used");
    assert_eq!(plain.to_json().to_string(), r#"{"error":"invalid_grant"}"#);
    assert_eq!(plain.code.status(), 400);
    assert_eq!(plain.to_string(), "invalid_grant: the code was used");
    let described = Error::invalid_request("trigger").describe("PreSignUp failed with error no & <no>. ");
    assert_eq!(
        described.to_json().to_string(),
        r#"{"error":"invalid_request","error_description":"PreSignUp failed with error no & <no>. "}"#
    );
    assert_eq!(
        described.redirect("https://a/cb?t=1", Some("x&y=\"z")),
        "https://a/cb?t=1&error=invalid_request&error_description=PreSignUp%20failed%20with%20error%20no%20%26%20%3Cno%3E.%20&state=x%26y%3D%22z"
    );
    assert_eq!(plain.redirect("https://a/cb", None), "https://a/cb?error=invalid_grant");
}

#[test]
fn user_info_refuses_in_a_header() {
    assert_eq!(
        Error::bad_user_info_request().www_authenticate(),
        r#"error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint""#
    );
    let token = Error::bad_access_token("expired");
    assert_eq!(token.code.status(), 401);
    assert_eq!(
        token.www_authenticate(),
        r#"error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user has globally signed out.""#
    );
    let hostile = Error::invalid_request("x").describe("a\"\r\nSet-Cookie: \\é");
    assert_eq!(hostile.www_authenticate(), r#"error="invalid_request", error_description="a'''Set-Cookie: ''""#);
}

#[test]
fn redirects_are_built_onto_any_registered_uri() {
    let answer = [("code", "a b"), ("state", "é/+")];
    for (uri, expected) in [
        ("https://a/cb", "https://a/cb?code=a%20b&state=%C3%A9%2F%2B"),
        ("https://a/cb?x=1", "https://a/cb?x=1&code=a%20b&state=%C3%A9%2F%2B"),
        ("https://a/cb?", "https://a/cb?code=a%20b&state=%C3%A9%2F%2B"),
        ("https://a/cb?x=1&", "https://a/cb?x=1&code=a%20b&state=%C3%A9%2F%2B"),
        ("myapp://", "myapp://?code=a%20b&state=%C3%A9%2F%2B"),
    ] {
        assert_eq!(append_query(uri, &answer), expected);
    }
    assert_eq!(append_query("https://a/cb", &[]), "https://a/cb");
    assert_eq!(
        with_fragment("https://a/cb?x=1", &[("id_token", "a.b-c_d"), ("expires_in", "3600")]),
        "https://a/cb?x=1#id_token=a.b-c_d&expires_in=3600"
    );
}

proptest! {
    #[test]
    fn arbitrary_parameters_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(read) = Params::parse(&raw) {
            let _ = read.refuse_duplicates();
            let _ = ClientAuth::from_request(None, &read);
        }
    }

    #[test]
    fn what_a_redirect_carries_is_read_back(
        values in proptest::collection::btree_map("[a-z_]{1,8}", "\\PC{1,20}|[\\x00-\\x7f]{1,9}", 1..6),
    ) {
        let sent: Vec<(&str, &str)> = values.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        for uri in [append_query(CALLBACK, &sent), with_fragment(CALLBACK, &sent)] {
            prop_assert!(uri.bytes().all(|b| b.is_ascii_graphic()), "{uri}");
            let carried = uri.split_once(['?', '#']).unwrap().1;
            let read = params(carried);
            prop_assert_eq!(read.iter().collect::<Vec<_>>(), sent.clone());
        }
    }

    #[test]
    fn arbitrary_uris_are_judged_without_panic(uri in "([a-zA-Z]{0,6}:)?/{0,3}[\\PC]{0,30}") {
        if check_registration(&uri).is_ok() {
            prop_assert!(uri.bytes().all(|b| b.is_ascii_graphic()) && !uri.contains(['#', '\\']));
            let scheme = uri.split(':').next().unwrap().to_ascii_lowercase();
            prop_assert!(!["javascript", "data", "file", "vbscript"].contains(&scheme.as_str()));
        }
    }

    #[test]
    fn arbitrary_headers_and_scopes_never_panic(text in "\\PC{0,60}", bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = ClientAuth::from_request(Some(&text), &params(""));
        let _ = ClientAuth::from_request(Some(&format!("Basic {}", STANDARD.encode(bytes))), &params(""));
        if let Ok(set) = ScopeSet::parse(&text) {
            prop_assert_eq!(ScopeSet::parse(&set.to_string()), Ok(set));
        }
        let _ = CodeChallenge::parse(Some(&text), Some("S256"));
        prop_assert!(check_pkce(None, Some(&text)).is_err());
    }

    #[test]
    fn no_other_byte_sequence_is_a_registered_uri(at in any::<prop::sample::Index>(), to in "[ -~]") {
        let at = at.index(CALLBACK.len());
        let mut changed = CALLBACK.to_owned();
        changed.replace_range(at..=at, &to);
        prop_assert_eq!(registered(&changed, [CALLBACK]).is_some(), changed == CALLBACK);
    }
}
