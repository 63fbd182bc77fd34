//! Tests by kind: known vectors, refusals with their sentences, chunked bodies, properties.

mod chunks;
mod properties;
mod refusals;
mod vectors;

use aws_types::{Secret, Timestamp};

use crate::*;

/// 2026-01-02T03:04:05Z.
pub const NOW: Timestamp = Timestamp::from_secs(1_767_323_045);
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
pub const GATEWAY_HOST: &str = "abc1234567.execute-api.eu-west-1.amazonaws.com";

/// A request that owns its parts.
#[derive(Clone, Debug)]
pub struct Owned {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Owned {
    pub fn new(method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            query: query.into(),
            headers: headers.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
            body: body.to_vec(),
        }
    }

    pub fn get(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: BodyHash::Bytes(&self.body),
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(n, _)| n != name);
        self
    }

    pub fn signed(mut self, signer: &Signer<'_>) -> Self {
        let added = signer.sign(&self.get());
        self.headers.extend(added);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(n, _)| n == name).unwrap().1
    }
}

pub fn credentials() -> Credentials {
    Credentials { access_key_id: "AKIDEXAMPLE".into(), secret: Secret::new(SECRET.into()), session_token: None }
}

pub fn signer(credentials: &Credentials) -> Signer<'_> {
    Signer { credentials, region: "eu-west-1", service: "execute-api", now: NOW, style: Style::Normalised }
}

pub fn s3_signer(credentials: &Credentials) -> Signer<'_> {
    Signer { service: "s3", style: Style::S3, ..signer(credentials) }
}

pub const RULES: Rules<'static> = Rules {
    service: "execute-api",
    region: Some("eu-west-1"),
    now: NOW,
    window_s: EXECUTE_API_WINDOW_S,
    style: Style::Normalised,
};

pub const S3_RULES: Rules<'static> = Rules { service: "s3", window_s: WINDOW_S, style: Style::S3, ..RULES };

/// All steps of a server that knows one key.
pub fn judge(req: &SignedRequest<'_>, rules: &Rules<'_>) -> Result<Verified, SigError> {
    let presented = presented(req)?.ok_or(SigError::MissingToken)?;
    check(req, &presented, rules)?;
    verify(req, &presented, &Secret::new(SECRET.into()), rules)
}

pub fn pets() -> Owned {
    Owned::new(
        "POST",
        "/dev/pets/a%20b",
        "x=1&y=a%20b",
        &[("host", GATEWAY_HOST), ("content-type", "application/json")],
        br#"{"a":1}"#,
    )
}
