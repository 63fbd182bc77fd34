//! Attacks on tokens at JWT authorizers, each by its number.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jose::{Jwk, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use super::fixture::*;

fn guarded() -> World {
    World::new(&json!({"routes": [{"key": "GET /", "authorization": "JWT"}]}))
}

fn b64(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

async fn refused(world: &World, token: &str) -> String {
    let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
    let mut request = request("GET", "/", &headers, b"");
    request.received = aws_types::Timestamp::from_secs(now_s());
    let response = world.send(request).await;
    assert_eq!(response.status(), 401, "{}", token.get(..300).unwrap_or(token));
    assert_eq!(body_of(&response), r#"{"message":"Unauthorized"}"#);
    assert!(world.backend.seen.lock().is_empty());
    header_of(&response, "www-authenticate").unwrap().to_owned()
}

async fn admitted(world: &World, token: &str) {
    let headers = [("authorization".to_owned(), format!("Bearer {token}"))];
    let response = world.send(request("GET", "/", &headers, b"")).await;
    assert_eq!(response.status(), 200, "{:?}", response.headers());
    world.backend.seen.lock().clear();
}

/// Header and claims truly signed by the issuer's key.
fn resigned(header: &str, payload: &str) -> String {
    let input = format!("{}.{}", b64(header), b64(payload));
    let pair = aws_lc_rs::rsa::KeyPair::from_pkcs8(KEY.to_pkcs8().unwrap().expose()).unwrap();
    let mut signature = vec![0; pair.public_modulus_len()];
    let random = aws_lc_rs::rand::SystemRandom::new();
    pair.sign(&aws_lc_rs::signature::RSA_PKCS1_SHA256, &random, input.as_bytes(), &mut signature).unwrap();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(&signature))
}

fn header(more: &str) -> String {
    format!(r#"{{"alg":"RS256","kid":"{}"{more}}}"#, KEY.kid())
}

fn error(challenge: &str) -> &str {
    challenge.split("error_description=").nth(1).unwrap()
}

#[tokio::test]
async fn attack_39_alg_none_is_refused() {
    let world = guarded();
    for alg in ["none", "None", "nOnE"] {
        let header = json!({"alg": alg, "kid": KEY.kid()}).to_string();
        let unsigned = format!("{}.{}.", b64(&header), b64(&claims().to_string()));
        assert_eq!(error(&refused(&world, &unsigned).await), format!("\"signing method {alg} is invalid\""));
        refused(&world, &resigned(&header, &claims().to_string())).await;
    }
    let (signed, _) = KEY.sign(&claims()).unwrap().rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    assert_eq!(error(&refused(&world, &format!("{signed}.")).await), "\"crypto/rsa: verification error\"");
}

#[tokio::test]
async fn attack_40_a_public_key_is_no_hmac_secret() {
    let world = guarded();
    let input =
        format!("{}.{}", b64(&json!({"alg": "HS256", "kid": KEY.kid()}).to_string()), b64(&claims().to_string()));
    let secret = serde_json::to_vec(KEY.public()).unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
    let tag = aws_lc_rs::hmac::sign(&key, input.as_bytes());
    let token = format!("{input}.{}", URL_SAFE_NO_PAD.encode(tag.as_ref()));
    assert_eq!(error(&refused(&world, &token).await), "\"signing method HS256 is invalid\"");
}

#[tokio::test]
async fn attack_41_a_kid_is_looked_up_and_nothing_else() {
    let world = guarded();
    for kid in ["../../etc/passwd", "' or 1=1 --", "https://evil.example/key", "", &"k".repeat(4_000)] {
        refused(&world, &resigned(&json!({"alg": "RS256", "kid": kid}).to_string(), &claims().to_string())).await;
    }
    for header in [json!({"alg": "RS256"}), json!({"alg": "RS256", "kid": 7}), json!({"alg": "RS256", "kid": null})] {
        refused(&world, &resigned(&header.to_string(), &claims().to_string())).await;
    }
    assert!(world.issuers.asked.lock().len() <= 4, "what is no kid asks nobody");
}

#[tokio::test]
async fn attack_42_keys_that_a_token_brings_are_not_its_keys() {
    let world = guarded();
    let own = SigningKey::generate().unwrap();
    let mut parts: Vec<String> = own.sign(&claims()).unwrap().split('.').map(str::to_owned).collect();
    parts[0] = b64(&json!({"alg": "RS256", "kid": own.kid(), "jwk": own.public(), "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example/x", "x5c": ["AAAA"]})
    .to_string());
    refused(&world, &parts.join(".")).await;
    assert!(world.issuers.asked.lock().iter().all(|issuer| issuer == ISSUER));
}

#[tokio::test]
async fn attack_43_critical_headers_are_refused() {
    let world = guarded();
    for crit in [r#","crit":["exp"]"#, r#","crit":[]"#, r#","crit":["b64"],"b64":false"#] {
        refused(&world, &resigned(&header(crit), &claims().to_string())).await;
    }
}

#[tokio::test]
async fn attack_44_another_issuers_token_is_refused() {
    let world = guarded();
    let mut foreign = claims();
    foreign["iss"] = json!(POOL_ISSUER);
    assert_eq!(error(&refused(&world, &POOL_KEY.sign(&foreign).unwrap()).await), "\"the token's kid was not found\"");
    assert_eq!(error(&refused(&world, &KEY.sign(&foreign).unwrap()).await), "\"invalid issuer\"");
    for issuer in [json!("https://issuer.example/"), json!("https://ISSUER.example"), json!([ISSUER]), json!(null)] {
        foreign["iss"] = issuer;
        assert_eq!(error(&refused(&world, &KEY.sign(&foreign).unwrap()).await), "\"invalid issuer\"");
    }
    // A token of the pool for an authorizer of another pool of the same server.
    let other = World::new(&json!({"routes": [{"key": "GET /", "authorization": "JWT",
        "issuer": "http://localhost:4566/eu-west-1_Pool00002"}]}));
    foreign["iss"] = json!(POOL_ISSUER);
    refused(&other, &POOL_KEY.sign(&foreign).unwrap()).await;
}

#[tokio::test]
async fn attack_45_scopes_keep_id_tokens_out() {
    let world = World::new(&json!({"routes":
        [{"key": "GET /", "authorization": "JWT", "issuer": POOL_ISSUER, "scopes": ["openid", "dragons/read"]}]}));
    let id = json!({"iss": POOL_ISSUER, "aud": "client", "token_use": "id", "exp": now_s() + 60});
    let headers = [("authorization".to_owned(), POOL_KEY.sign(&id).unwrap())];
    let response = world.send(request("GET", "/", &headers, b"")).await;
    assert_eq!((response.status().as_u16(), body_of(&response).as_str()), (403, r#"{"message":"Forbidden"}"#));
    let expected = r#"Bearer scope="openid dragons/read" error="insufficient_scope""#;
    assert_eq!(header_of(&response, "www-authenticate"), Some(expected));
}

#[tokio::test]
async fn attack_46_another_audience_is_refused() {
    let world = guarded();
    let no_audience = "\"the token does not have a valid audience\"";
    for (aud, client_id) in [
        (json!("other"), json!("client")),
        (json!(["other", "more"]), json!("client")),
        (json!([]), json!("client")),
        (json!({"client": true}), json!("client")),
        (json!(null), json!("client")),
        (Value::Null, json!("other")),
    ] {
        let mut all = claims();
        let keep = client_id != "other";
        all["aud"] = aud;
        all["client_id"] = client_id;
        if !keep {
            all.as_object_mut().unwrap().remove("aud");
        }
        assert_eq!(error(&refused(&world, &KEY.sign(&all).unwrap()).await), no_audience, "{all}");
    }
    for (name, value) in [("aud", json!(["x", "client"])), ("client_id", json!("client"))] {
        let mut all = claims();
        all.as_object_mut().unwrap().remove("aud");
        all[name] = value;
        admitted(&world, &KEY.sign(&all).unwrap()).await;
    }
    let unnamed = World::new(&json!({"routes": [{"key": "GET /", "authorization": "JWT", "audience": []}]}));
    refused(&unnamed, &KEY.sign(&claims()).unwrap()).await;
}

#[tokio::test]
async fn attack_47_times_are_integers_of_their_range() {
    let world = guarded();
    for (name, value, expected) in [
        ("exp", json!(now_s()), "\"the token has expired\""),
        ("exp", json!(now_s() - 1), "\"the token has expired\""),
        ("exp", json!((now_s() + 60).to_string()), "\"the token's claim exp is not acceptable\""),
        ("exp", json!(1_000_000_000_000_000_000_i64), "\"the token's claim exp is not acceptable\""),
        ("exp", json!(null), "\"the token's claim exp is not acceptable\""),
        ("iat", json!(-1), "\"the token's claim iat is not acceptable\""),
        ("iat", json!(now_s() + 5), "\"the token is not valid yet\""),
        ("nbf", json!(now_s() + 5), "\"the token is not valid yet\""),
        ("nbf", json!("soon"), "\"the token's claim nbf is not acceptable\""),
    ] {
        let mut all = claims();
        all[name] = value;
        assert_eq!(error(&refused(&world, &KEY.sign(&all).unwrap()).await), expected, "{all}");
    }
    let mut endless = claims();
    endless.as_object_mut().unwrap().remove("exp");
    refused(&world, &KEY.sign(&endless).unwrap()).await;
}

#[tokio::test]
async fn attack_48_duplicates_are_refused() {
    let world = guarded();
    let all = claims().to_string();
    for (header, payload) in [
        (header(r#","alg":"RS256""#), all.clone()),
        (header(""), all.replacen('{', r#"{"aud":"other","#, 1)),
        (header(""), all.replacen('{', r#"{"x":{"a":1,"a":2},"#, 1)),
    ] {
        refused(&world, &resigned(&header, &payload)).await;
    }
}

#[tokio::test]
async fn attack_49_loose_tokens_are_refused() {
    let world = guarded();
    let token = KEY.sign(&claims()).unwrap();
    let [header, payload, signature] = <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
    let segments = "\"token contains an invalid number of segments\"";
    for (loose, expected) in [
        (format!("{token}."), Some(segments)),
        (format!("{token}.x"), Some(segments)),
        (format!("{header}.{payload}"), Some(segments)),
        (format!("{header}.a.b.{payload}.{signature}"), Some(segments)),
        ("x".to_owned(), Some(segments)),
        (format!("{header}=.{payload}.{signature}"), None),
        (format!("{header}.{payload}==.{signature}"), None),
        (format!("{header}.{payload}.{signature}="), None),
        (format!("{header}.{payload}.{signature}A"), None),
        (format!("{header}.{payload}.+/{signature}"), None),
        ("..".to_owned(), None),
    ] {
        let challenge = refused(&world, &loose).await;
        assert!(expected.is_none_or(|expected| error(&challenge) == expected), "{challenge} for {loose}");
    }
}

#[tokio::test]
async fn attack_50_oversized_tokens_are_refused() {
    let world = guarded();
    let mut large = claims();
    large["more"] = json!("x".repeat(20_000));
    let headers = [("authorization".to_owned(), KEY.sign(&large).unwrap())];
    assert_eq!(world.send(request("GET", "/", &headers, b"")).await.status(), 431);
    let deep = "[".repeat(1_500) + &"]".repeat(1_500);
    refused(&world, &resigned(&header(""), &claims().to_string().replacen('{', &format!(r#"{{"x":{deep},"#), 1))).await;
}

#[tokio::test]
async fn a_token_that_is_sent_twice_is_none() {
    let world = guarded();
    let token = KEY.sign(&claims()).unwrap();
    let twice = [("authorization".to_owned(), token.clone()), ("authorization".to_owned(), token)];
    let response = world.send(request("GET", "/", &twice, b"")).await;
    assert_eq!((response.status().as_u16(), header_of(&response, "www-authenticate")), (401, Some("Bearer")));
}

#[tokio::test]
async fn elliptic_keys_are_taken_beyond_what_aws_takes() {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let world = guarded();
    let pair = Ed25519KeyPair::generate().unwrap();
    let jwk = Jwk {
        kid: "ed".to_owned(),
        kty: "OKP".to_owned(),
        crv: Some("Ed25519".to_owned()),
        x: Some(URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())),
        ..Jwk::default()
    };
    world.issuers.keys.lock().insert("ed".to_owned(), Arc::new(VerifyingKey::from_jwk(&jwk).unwrap()));
    let input = format!("{}.{}", b64(r#"{"alg":"EdDSA","kid":"ed"}"#), b64(&claims().to_string()));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(input.as_bytes()).as_ref());
    admitted(&world, &format!("{input}.{signature}")).await;
    let forged = format!("{input}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    assert_eq!(error(&refused(&world, &forged).await), "\"ed25519: verification error\"");
}

#[tokio::test]
async fn pools_that_live_here_are_asked_nobody_about_and_have_two_names() {
    for configured in [POOL_ISSUER, AWS_POOL_ISSUER] {
        let world = World::new(&json!({"routes": [{"key": "GET /", "authorization": "JWT", "issuer": configured}]}));
        for issuer in [POOL_ISSUER, AWS_POOL_ISSUER] {
            let mut all = claims();
            all["iss"] = json!(issuer);
            admitted(&world, &POOL_KEY.sign(&all).unwrap()).await;
        }
        assert!(world.issuers.asked.lock().is_empty());
    }
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_lets_nobody_in() {
    let world =
        World::new(&json!({"routes": [{"key": "GET /", "authorization": "JWT", "issuer": "https://gone.example"}]}));
    let challenge = refused(&world, &KEY.sign(&claims()).unwrap()).await;
    assert_eq!(error(&challenge), "\"OIDC discovery endpoint communication error\"");
}
