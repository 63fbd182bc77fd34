//! Tokens and request signatures beside the bare operations of the library.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKey};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair};
use aws_lc_rs::{hmac, signature};
use aws_types::Timestamp;
use jose::{KeySet, SigningKey, VerifyingKey};
use serde_json::{Value, json};
use sigv4::{BodyHash, Rules, SignedRequest, Style};

use crate::aws::{credentials, signer};
use crate::report::{Row, Table, limited};
use crate::{Bench, Outcome};

/// Measures.
pub fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new(
        "Tokens and signatures",
        "In process, one call after the other. The limit is the library's bare operation on the same bytes.",
    );
    let bare = Bare::measure(bench)?;
    let key = SigningKey::generate()?;
    let sign = bench.watch.rate(|| Ok(key.sign(&claims())?))?;
    table.push(limited("RS256 token, signed", sign.per_core(), ("RSA-2048 sign", bare.sign)));
    let mut keys = KeySet::new();
    keys.insert(std::sync::Arc::new(VerifyingKey::from_signing_key(&key)?))?;
    let token = key.sign(&claims())?;
    let verify = bench.watch.rate(|| Ok(jose::verify(&token, &keys)?))?;
    table.push(limited("RS256 token, verified", verify.per_core(), ("RSA-2048 verify", bare.verify)));
    table.push(request(bench)?);
    Ok(table)
}

/// Claims of an id token as user pools make it.
pub fn claims() -> Value {
    json!({
        "sub": "0f0e0d0c-1111-4222-8333-444455556666", "email_verified": true,
        "iss": "http://localhost:4566/us-east-1_Pool00001", "cognito:username": "alice",
        "origin_jti": "5d5c5b5a-1111-4222-8333-444455556666", "aud": "1example23456789abcdefghij",
        "event_id": "7d7c7b7a-1111-4222-8333-444455556666", "token_use": "id", "auth_time": 1_767_323_000,
        "exp": 4_102_444_800_i64, "iat": 1_767_323_000, "jti": "9d9c9b9a-1111-4222-8333-444455556666",
        "email": "alice@example.com",
    })
}

/// What the library does in a second of a core, with nothing around it.
pub struct Bare {
    /// RSA-2048 signatures with SHA-256.
    pub sign: f64,
    /// Verifications of the same.
    pub verify: f64,
}

impl Bare {
    /// Measures it over a message of a token's length.
    pub fn measure(bench: &Bench) -> Outcome<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let message = [b'x'; 800];
        let (random, mut signed) = (SystemRandom::new(), vec![0; pair.public_modulus_len()]);
        let mut sign = || Ok(pair.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signed)?);
        let sign = bench.watch.rate(&mut sign)?.per_core();
        let public = parsed(pair.public_key())?;
        let verify = bench.watch.rate(|| Ok(public.verify_sig(&message, &signed)?))?.per_core();
        Ok(Self { sign, verify })
    }
}

fn parsed(public: &PublicKey) -> Outcome<ParsedPublicKey> {
    let der = public.as_der()?;
    Ok(signature::ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der.as_ref())?)
}

const CALL: &[u8] = br#"{"UserPoolId":"us-east-1_Pool00001","Username":"alice"}"#;

const fn call(headers: &[(String, String)]) -> SignedRequest<'_> {
    SignedRequest { method: "POST", path: "/", query: "", headers, body: BodyHash::Bytes(CALL) }
}

/// A signed call of a small JSON operation.
fn request(bench: &Bench) -> Outcome<Row> {
    let (credentials, now) = (credentials(), Timestamp::from_secs(1_767_323_045));
    let mut headers: Vec<(String, String)> = [
        ("host", "localhost:4566"),
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", "AWSCognitoIdentityProviderService.AdminGetUser"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let added = signer(&credentials, "cognito-idp", now).sign(&call(&headers));
    headers.extend(added);
    let signed = call(&headers);
    let rules = Rules { service: "cognito-idp", region: None, now, window_s: 900, style: Style::Normalised };
    let verify = bench.watch.rate(|| {
        let presented = sigv4::presented(&signed)?.ok_or("no signature was seen")?;
        Ok(sigv4::verify(&signed, &presented, &credentials.secret, &rules)?)
    })?;
    let bare = bench.watch.rate(|| Ok(digests()))?;
    let limit = ("five HMACs and two SHA-256", bare.per_core());
    let core = verify.per_core();
    Ok(limited("Signature Version 4 of a small call, verified", core, limit).at_least(core, 150_000.0, "per core"))
}

/// The key's derivation, the signature, the hashes of body and canonical request.
fn digests() -> Vec<u8> {
    let mut last = b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_vec();
    for part in [&b"20260102"[..], b"us-east-1", b"cognito-idp", b"aws4_request", &[b'x'; 140]] {
        last = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &last), part).as_ref().to_vec();
    }
    last.extend_from_slice(digest(&SHA256, CALL).as_ref());
    last.extend_from_slice(digest(&SHA256, &[b'x'; 300]).as_ref());
    last
}
