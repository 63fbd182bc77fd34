//! Signing: what our own clients do, and what the tests verify against.

use aws_types::Timestamp;

use crate::canonical;
use crate::key::{Credentials, sha256_hex, signing_key};
use crate::presented::Form;
use crate::query::encode;
use crate::request::{BodyHash, SignedRequest};
use crate::verify::Style;
use crate::{ALGORITHM, UNSIGNED_PAYLOAD};

/// Headers that proxies and clients change on the way.
const NOT_SIGNED: [&str; 6] =
    ["authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// Signs for one service and region at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// With what.
    pub credentials: &'a Credentials,
    /// For which region.
    pub region: &'a str,
    /// For which service, by its signing name.
    pub service: &'a str,
    /// When.
    pub now: Timestamp,
    /// The service's canonicalisation.
    pub style: Style,
}

impl Signer<'_> {
    /// The headers to add: `x-amz-date`, `x-amz-security-token` for temporary credentials, `x-amz-content-sha256` for
    /// S3, and `authorization`. The request must bear `host`; all its headers are signed but those that change on the
    /// way. A `x-amz-content-sha256` that the request bears already is kept.
    pub fn sign(&self, req: &SignedRequest<'_>) -> Vec<(String, String)> {
        let at = self.now.iso8601_basic();
        let borne = req.values("x-amz-content-sha256").next();
        let payload = borne.map_or_else(|| self.body_hash(req), str::to_owned);
        let mut added = vec![("x-amz-date".to_owned(), at.clone())];
        if let Some(token) = &self.credentials.session_token {
            added.push(("x-amz-security-token".to_owned(), token.clone()));
        }
        if self.style == Style::S3 && borne.is_none() {
            added.push(("x-amz-content-sha256".to_owned(), payload.clone()));
        }
        let headers: Vec<(String, String)> = req.headers.iter().chain(&added).cloned().collect();
        let names = signed_names(&headers);
        let whole = SignedRequest { headers: &headers, ..*req };
        let (scope, signature) = self.signature(&whole, &names, &payload, Form::Header);
        let authorization = format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
            self.credentials.access_key_id,
            names.join(";")
        );
        added.push(("authorization".to_owned(), authorization));
        added
    }

    /// The whole query of a presigned URL that is valid for `expires_s` seconds. Only the headers in `req` are signed:
    /// give `host` alone where a browser shall follow the URL.
    pub fn presign(&self, req: &SignedRequest<'_>, expires_s: i64) -> String {
        let at = self.now.iso8601_basic();
        let names = signed_names(req.headers);
        let scope = canonical::scope(at.get(..8).unwrap_or_default(), self.region, self.service);
        let credential = format!("{}/{scope}", self.credentials.access_key_id);
        let mut query = String::from(req.query);
        let mut push = |name: &str, value: &str| {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(&format!("{name}={}", encode(value.as_bytes())));
        };
        push("X-Amz-Algorithm", ALGORITHM);
        push("X-Amz-Credential", &credential);
        push("X-Amz-Date", &at);
        push("X-Amz-Expires", &expires_s.to_string());
        push("X-Amz-SignedHeaders", &names.join(";"));
        if let Some(token) = &self.credentials.session_token {
            push("X-Amz-Security-Token", token);
        }
        let payload = match self.style {
            Style::S3 => UNSIGNED_PAYLOAD.to_owned(),
            Style::Normalised => self.body_hash(req),
        };
        let whole = SignedRequest { query: &query, ..*req };
        let (_, signature) = self.signature(&whole, &names, &payload, Form::Query);
        format!("{query}&X-Amz-Signature={signature}")
    }

    fn signature(&self, req: &SignedRequest<'_>, names: &[String], payload: &str, form: Form) -> (String, String) {
        let at = self.now.iso8601_basic();
        let date = at.get(..8).unwrap_or_default();
        let scope = canonical::scope(date, self.region, self.service);
        let canonical = canonical::request(req, names, payload, self.style, form);
        let string_to_sign = canonical::string_to_sign(&at, &scope, &canonical.text);
        let key = signing_key(&self.credentials.secret, date, self.region, self.service);
        (scope, key.signature(&string_to_sign))
    }

    fn body_hash(&self, req: &SignedRequest<'_>) -> String {
        match req.body {
            BodyHash::Bytes(bytes) => sha256_hex(bytes),
            BodyHash::Precomputed(hash) => hash.to_owned(),
            BodyHash::Deferred => UNSIGNED_PAYLOAD.to_owned(),
        }
    }
}

fn signed_names(headers: &[(String, String)]) -> Vec<String> {
    let mut names: Vec<String> =
        headers.iter().map(|(name, _)| name.clone()).filter(|name| !NOT_SIGNED.contains(&name.as_str())).collect();
    names.sort_unstable();
    names.dedup();
    names
}
