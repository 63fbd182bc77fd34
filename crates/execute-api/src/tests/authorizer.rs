//! The Cognito authorizer, and the attacks on it.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Response;
use serde_json::{Value, json};

use super::fixture::*;
use crate::catalogue::HttpMethod;
use crate::plan::{Authorization, CognitoAuthorizer, MethodPlan};

const ECHO: &str = "$context.authorizer.claims.email|$context.authorizer.claims.email_verified|\
    $context.authorizer.claims.exp|$context.authorizer.claims.auth_time|$context.authorizer.claims['cognito:groups']|\
    $context.authorizer.claims";

fn protected(authorization: Authorization) -> MethodPlan {
    let mut plan = mock(r#"{"statusCode": 200}"#, ECHO);
    plan.authorization = authorization;
    plan
}

fn with_authorizer(authorizer: CognitoAuthorizer, scopes: &[&str]) -> Fixture {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let authorization = Authorization::CognitoUserPools { authorizer: Arc::new(authorizer), scopes };
    Fixture::of(vec![("/", HttpMethod::Get, protected(authorization))])
}

fn open() -> Fixture {
    with_authorizer(authorizer(None), &[])
}

async fn call(fixture: &Fixture, token: &str) -> Response<bytes::Bytes> {
    fixture.send(request("GET", "/", &[("authorization", token)], "")).await
}

async fn refused(fixture: &Fixture, token: &str, why: &str) {
    let response = call(fixture, token).await;
    assert_eq!((response.status().as_u16(), body(&response)), (401, r#"{"message":"Unauthorized"}"#), "{why}");
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("UnauthorizedException"), "{why}");
}

fn token(claims: &Value) -> String {
    KEY.sign(claims).unwrap()
}

/// The claims of a good id token with some changed; `null` takes one away.
fn changed(changes: &Value) -> Value {
    let mut claims = id_claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(name),
            value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    claims
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A good token's payload and signature under another header.
fn with_header(header: &Value) -> String {
    let good = token(&id_claims());
    let (_, rest) = good.split_once('.').unwrap();
    format!("{}.{rest}", part(header))
}

#[tokio::test]
async fn a_good_id_token_passes_and_its_claims_are_text() {
    let fixture = open();
    for token in [token(&id_claims()), format!("Bearer {}", token(&id_claims()))] {
        let response = call(&fixture, &token).await;
        assert_eq!(response.status(), 200, "{}", body(&response));
        let auth_time = now_s() - 60;
        let expected = format!("alice@example.com|true|Fri Jan 02 04:04:05 UTC 2026|{auth_time}|admin,users|");
        assert_eq!(body(&response), expected);
    }
}

#[tokio::test]
async fn no_token_is_unauthorized() {
    let fixture = open();
    let response = fixture.send(get("/")).await;
    assert_eq!((response.status().as_u16(), body(&response)), (401, r#"{"message":"Unauthorized"}"#));
    for token in ["", " ", "Bearer", "Bearer ", "Basic YTpi", "x"] {
        refused(&fixture, token, token).await;
    }
}

#[tokio::test]
async fn the_token_source_may_be_any_header() {
    let mut authorizer = authorizer(None);
    authorizer.token_header = http::HeaderName::from_static("auth-token");
    let fixture = with_authorizer(authorizer, &[]);
    refused(&fixture, &token(&id_claims()), "the token stands in another header").await;
    let response = fixture.send(request("GET", "/", &[("Auth-Token", &token(&id_claims()))], "")).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn an_expired_token_is_told_so() {
    let fixture = open();
    let response = call(&fixture, &token(&changed(&json!({"exp": now_s()})))).await;
    assert_eq!(response.status(), 401);
    assert_eq!(body(&response), r#"{"message":"The incoming token has expired"}"#);
    assert_eq!(header_of(&response, "x-amzn-errortype"), Some("UnauthorizedException"));
    let response = call(&fixture, &token(&changed(&json!({"exp": now_s() + 1})))).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn scopes_want_an_access_token_with_one_of_them() {
    let fixture = with_authorizer(authorizer(None), &["api/read", "api/write"]);
    for scope in ["api/write", "openid api/read"] {
        assert_eq!(call(&fixture, &token(&access_claims(scope))).await.status(), 200, "{scope}");
    }
    for scope in ["", "openid", "api/rea", "api/readx", "api"] {
        refused(&fixture, &token(&access_claims(scope)), scope).await;
    }
    refused(&fixture, &token(&changed(&json!({"scope": "api/read"}))), "an id token on a scoped method").await;
}

#[tokio::test]
async fn attack_46_token_validation_refuses_another_audience() {
    let fixture = with_authorizer(authorizer(Some("client[0-9]")), &[]);
    assert_eq!(call(&fixture, &token(&id_claims())).await.status(), 200);
    for aud in [json!("client12"), json!("xclient1"), json!(["client1"]), Value::Null] {
        refused(&fixture, &token(&changed(&json!({"aud": aud}))), "46: wrong aud").await;
    }
    let scoped = with_authorizer(authorizer(Some("client[0-9]")), &["api/read"]);
    refused(&scoped, &token(&access_claims("api/read")), "an access token has no aud").await;
}

#[tokio::test]
async fn several_pools_may_stand_behind_one_authorizer() {
    let mut both = authorizer(None);
    both.pool_ids.push(OTHER_POOL.to_owned());
    let foreign = changed(&json!({"iss": format!("http://localhost:4566/{OTHER_POOL}")}));
    let foreign = OTHER_KEY.sign(&foreign).unwrap();
    assert_eq!(call(&with_authorizer(both, &[]), &foreign).await.status(), 200);
    refused(&open(), &foreign, "44: the token of a pool that the authorizer does not name").await;
}

#[tokio::test]
async fn attack_39_no_signature() {
    let fixture = open();
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let header = part(&json!({"alg": alg, "kid": KEY.kid()}));
        let unsigned = format!("{header}.{}.", part(&id_claims()));
        refused(&fixture, &unsigned, alg).await;
    }
    let good = token(&id_claims());
    let (signed, _) = good.rsplit_once('.').unwrap();
    refused(&fixture, &format!("{signed}."), "empty signature").await;
    refused(&fixture, signed, "no signature at all").await;
}

#[tokio::test]
async fn attack_40_public_key_as_hmac_secret() {
    let header = part(&json!({"alg": "HS256", "kid": KEY.kid(), "typ": "JWT"}));
    let signed = format!("{header}.{}", part(&id_claims()));
    let secret = serde_json::to_vec(KEY.public()).unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
    let signature = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes()));
    refused(&open(), &format!("{signed}.{signature}"), "HS256 with the public key").await;
}

#[tokio::test]
async fn attack_41_kid_is_only_looked_up() {
    let fixture = open();
    let long = "k".repeat(1 << 12);
    for kid in ["../../etc/passwd", "' OR 1=1 --", "http://evil.test/key", long.as_str(), ""] {
        refused(&fixture, &with_header(&json!({"alg": "RS256", "kid": kid})), kid).await;
    }
    refused(&fixture, &with_header(&json!({"alg": "RS256"})), "no kid").await;
}

#[tokio::test]
async fn attack_42_keys_in_the_header_are_ignored() {
    let fixture = open();
    let attacker = serde_json::to_value(OTHER_KEY.public()).unwrap();
    for extra in [("jwk", attacker.clone()), ("jku", json!("http://evil.test/jwks.json")), ("x5u", json!("http://e/c"))]
    {
        let header = part(&json!({"alg": "RS256", "kid": OTHER_KEY.kid(), extra.0: extra.1}));
        let forged = OTHER_KEY.sign(&id_claims()).unwrap();
        let (_, rest) = forged.split_once('.').unwrap();
        refused(&fixture, &format!("{header}.{rest}"), extra.0).await;
    }
    refused(&fixture, &OTHER_KEY.sign(&id_claims()).unwrap(), "another pool's key for this pool's issuer").await;
}

#[tokio::test]
async fn attack_43_unknown_critical_header() {
    let header = json!({"alg": "RS256", "kid": KEY.kid(), "crit": ["exp"]});
    refused(&open(), &with_header(&header), "crit").await;
}

#[tokio::test]
async fn attack_44_foreign_issuers() {
    let fixture = open();
    for issuer in [
        json!(format!("http://localhost:4566/{OTHER_POOL}")),
        json!(format!("http://localhost:4566/{POOL}/")),
        json!(format!("http://evil.test/{POOL}")),
        json!(POOL),
        json!([format!("http://localhost:4566/{POOL}")]),
        Value::Null,
    ] {
        refused(&fixture, &token(&changed(&json!({"iss": issuer}))), &issuer.to_string()).await;
    }
}

#[tokio::test]
async fn attack_45_an_access_token_is_no_id_token() {
    let fixture = open();
    refused(&fixture, &token(&access_claims("openid")), "an access token").await;
    for token_use in [json!("refresh"), json!("ID"), Value::Null, json!(["id"])] {
        refused(&fixture, &token(&changed(&json!({"token_use": token_use}))), "token_use").await;
    }
}

#[tokio::test]
async fn attack_47_times_that_are_no_times() {
    let fixture = open();
    let now = now_s();
    for (name, value) in [
        ("exp", Value::Null),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1_000_000_000_000_000_000_i64)),
        ("exp", json!(1e30)),
        ("iat", json!(-1)),
        ("iat", json!(now + 3600)),
        ("nbf", json!(now + 3600)),
        ("nbf", json!("soon")),
    ] {
        refused(&fixture, &token(&changed(&json!({name: value}))), name).await;
    }
}

#[tokio::test]
async fn attack_48_duplicate_members() {
    let fixture = open();
    let claims = id_claims().to_string();
    let twice = claims.replacen('{', r#"{"token_use":"access","#, 1);
    refused(&fixture, &KEY.sign_bytes(twice.as_bytes()).unwrap(), "a claim stands twice").await;
    let header = format!(r#"{{"alg":"none","alg":"RS256","kid":"{}"}}"#, KEY.kid());
    let good = token(&id_claims());
    let (_, rest) = good.split_once('.').unwrap();
    refused(&fixture, &format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header)), "alg stands twice").await;
}

#[tokio::test]
async fn attack_49_loose_encodings() {
    let fixture = open();
    let good = token(&id_claims());
    let standard = good.replace('-', "+").replace('_', "/");
    for (mangled, why) in [
        (format!("{good}="), "padding"),
        (format!("{good}.x"), "a fourth part"),
        (format!("{good}.x.y"), "five parts"),
        (format!("{good}!"), "trailing data"),
        (good.replacen('.', "=.", 1), "padding in the header"),
        (good.replacen('.', "..", 1), "an empty part"),
        (format!(".{good}"), "a leading dot"),
    ] {
        refused(&fixture, &mangled, why).await;
    }
    if standard != good {
        refused(&fixture, &standard, "the standard alphabet").await;
    }
}

#[tokio::test]
async fn attack_50_oversized_tokens() {
    let deep = format!("{}1{}", "[".repeat(4000), "]".repeat(4000));
    let nested = format!(r#"{{"a":{deep}}}"#);
    let nested = URL_SAFE_NO_PAD.encode(nested);
    let mut stage = authorizer(None);
    stage.pool_ids.push(OTHER_POOL.to_owned());
    let keys = TwoPools;
    for (token, why) in [
        ("a".repeat(70_000), "70 KB"),
        (format!("{nested}.{nested}.x"), "nested"),
        (format!("{}.", "a.".repeat(30_000)), "dots"),
    ] {
        let now = aws_types::Timestamp::from_secs(now_s());
        let result = crate::authorizer::cognito_user_pools::authorize(&stage, &[], Some(&token), &keys, now);
        assert_eq!(result.unwrap_err().default_status(), 401, "{why}");
    }
}

#[tokio::test]
async fn a_changed_byte_anywhere_is_noticed() {
    let fixture = open();
    let good = token(&id_claims());
    for at in (0..good.len()).step_by(37) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert_eq!(call(&fixture, &changed).await.status(), 401, "byte {at}");
    }
}

/// The backend may be handed the second where the first was looked at.
#[tokio::test]
async fn a_token_that_is_sent_twice_is_no_token() {
    let fixture = open();
    let good = token(&id_claims());
    for second in [good.as_str(), "Bearer other", ""] {
        let headers = [("authorization", good.as_str()), ("authorization", second)];
        let response = fixture.send(request("GET", "/", &headers, "")).await;
        assert_eq!((response.status().as_u16(), body(&response)), (401, r#"{"message":"Unauthorized"}"#), "{second}");
    }
}

#[tokio::test]
async fn a_scope_without_a_name_is_borne_by_nobody() {
    let fixture = Fixture::of(vec![("/", HttpMethod::Get, protected(cognito(&[""])))]);
    refused(&fixture, &token(&access_claims("")), "empty").await;
    refused(&fixture, &token(&access_claims("a  b")), "two blanks").await;
}
