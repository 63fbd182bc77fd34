//! An authenticator and its browser in software (ES256), for tests: it makes one credential and signs with it, and can
//! be told to do either wrong.
#![expect(clippy::expect_used, reason = "a test that cannot make its authenticator has nothing to test")]

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::authenticator_data::sha256;

/// One credential and how it behaves.
#[derive(Debug)]
pub struct SoftAuthenticator {
    key: EcdsaKeyPair,
    /// Its credential's id.
    pub id: Vec<u8>,
    /// Grows with each signature; 0 does not count.
    pub sign_count: u32,
    /// Flags of what it sees: 1 present, 4 verified.
    pub flags: u8,
    /// Of the creation options.
    pub user_handle: Option<String>,
    /// Claims another relying party than that of the options.
    pub relying_party: Option<String>,
    /// Claims another ceremony.
    pub kind: Option<String>,
    /// `fmt` of its attestation: `none`, `packed`, or whatever.
    pub format: String,
    /// COSE's number of the algorithm that it claims.
    pub algorithm: i64,
}

impl SoftAuthenticator {
    /// A new credential that sees a verified user and counts from 1.
    pub fn new(id: &[u8]) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            id: id.to_vec(),
            sign_count: 1,
            flags: 5,
            user_handle: None,
            relying_party: None,
            kind: None,
            format: "none".to_owned(),
            algorithm: -7,
        }
    }

    /// `navigator.credentials.create()` on a page of this origin.
    pub fn create(&mut self, options: &Value, origin: &str) -> Value {
        self.user_handle = options.pointer("/user/id").and_then(Value::as_str).map(str::to_owned);
        let client = self.client_data("webauthn.create", options, origin);
        let relying_party = options.pointer("/rp/id").and_then(Value::as_str).unwrap_or_default();
        let data = [self.data(relying_party, 0x40), self.attested()].concat();
        let statement = match self.format.as_str() {
            "packed" => {
                let signature = self.sign(&[data.as_slice(), sha256(&client).as_ref()].concat());
                let head = [0x58, u8::try_from(signature.len()).expect("a short signature")];
                [b"\xa2\x63alg\x26\x63sig".as_slice(), &head, &signature].concat()
            }
            _ => vec![0xa0],
        };
        let length = u16::try_from(data.len()).expect("short data").to_be_bytes();
        let size = if length[0] == 0 { vec![0x58, length[1]] } else { [&[0x59], length.as_slice()].concat() };
        let parts: [&[u8]; 7] =
            [b"\xa3\x63fmt", &text(&self.format), b"\x67attStmt", &statement, b"\x68authData", &size, &data];
        let object = parts.concat();
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id),
            "rawId": URL_SAFE_NO_PAD.encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
                "attestationObject": URL_SAFE_NO_PAD.encode(object),
                "transports": ["internal", "hybrid"],
            },
        })
    }

    /// `navigator.credentials.get()` on a page of this origin.
    pub fn get(&mut self, options: &Value, origin: &str) -> Value {
        let client = self.client_data("webauthn.get", options, origin);
        if self.sign_count != 0 {
            self.sign_count += 1;
        }
        let data = self.data(options.get("rpId").and_then(Value::as_str).unwrap_or_default(), 0);
        let signature = self.sign(&[data.as_slice(), sha256(&client).as_ref()].concat());
        json!({
            "id": URL_SAFE_NO_PAD.encode(&self.id),
            "rawId": URL_SAFE_NO_PAD.encode(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(client),
                "authenticatorData": URL_SAFE_NO_PAD.encode(data),
                "signature": URL_SAFE_NO_PAD.encode(signature),
                "userHandle": self.user_handle,
            },
        })
    }

    fn client_data(&self, kind: &str, options: &Value, origin: &str) -> Vec<u8> {
        let kind = self.kind.as_deref().unwrap_or(kind);
        let challenge = options.get("challenge").cloned().unwrap_or_default();
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false }).to_string().into_bytes()
    }

    fn data(&self, relying_party: &str, more: u8) -> Vec<u8> {
        let relying_party = self.relying_party.as_deref().unwrap_or(relying_party);
        let hash = sha256(relying_party.as_bytes());
        [hash.as_ref(), &[self.flags | more], &self.sign_count.to_be_bytes()].concat()
    }

    fn attested(&self) -> Vec<u8> {
        let length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        let point = self.key.public_key().as_ref();
        let (x, y) = point.split_at(1).1.split_at(32);
        let algorithm = match self.algorithm {
            -7 => vec![0x26],
            other => [&[0x39], u16::try_from(-1 - other).expect("small").to_be_bytes().as_slice()].concat(),
        };
        let head = [b"\xa5\x01\x02\x03".as_slice(), &algorithm, b"\x20\x01\x21\x58\x20"].concat();
        [&[0; 16], length.as_slice(), &self.id, &head, x, b"\x22\x58\x20", y].concat()
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec()
    }
}

fn text(text: &str) -> Vec<u8> {
    [&[0x60 | u8::try_from(text.len()).expect("a short text")], text.as_bytes()].concat()
}
