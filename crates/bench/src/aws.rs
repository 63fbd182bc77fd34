//! A small AWS client: signs its calls, as every client does.

use std::net::SocketAddr;

use aws_types::Secret;
use serde_json::{Value, json};
use sigv4::{BodyHash, Credentials, SignedRequest, Signer, Style};
use world::{Clock as _, SystemClock};

use crate::Outcome;
use crate::wire::Connection;

/// Speaks to one server over one connection.
pub struct Client {
    connection: Connection,
    host: String,
    credentials: Credentials,
    clock: SystemClock,
}

impl Client {
    /// Connects.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        Ok(Self {
            connection: Connection::open(address)?,
            host: format!("localhost:{}", address.port()),
            credentials: credentials(),
            clock: SystemClock::new(),
        })
    }

    /// An operation of Cognito user pools.
    pub fn cognito(&mut self, operation: &str, input: &Value) -> Outcome<Value> {
        let target = format!("AWSCognitoIdentityProviderService.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
        self.call("cognito-idp", ("POST", "/"), &headers, input.to_string().as_bytes())
    }

    /// An operation of API Gateway, by method and path; `Null` sends no body.
    pub fn apigateway(&mut self, method: &str, path: &str, input: &Value) -> Outcome<Value> {
        let body = if input.is_null() { String::new() } else { input.to_string() };
        self.call("apigateway", (method, path), &[("content-type", "application/json")], body.as_bytes())
    }

    /// An operation of another service that speaks REST and JSON, by method and path.
    pub fn rest(&mut self, service: &str, target: (&str, &str), input: &Value) -> Outcome<Value> {
        self.call(service, target, &[("content-type", "application/json")], input.to_string().as_bytes())
    }

    /// An operation of identity pools.
    pub fn identity(&mut self, operation: &str, input: &Value) -> Outcome<Value> {
        let target = format!("AWSCognitoIdentityService.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", target.as_str())];
        self.call("cognito-identity", ("POST", "/"), &headers, input.to_string().as_bytes())
    }

    /// An operation of IAM, by its form; the answer is XML.
    pub fn iam(&mut self, form: &[(&str, &str)]) -> Outcome<String> {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        let body = pairs.chain(["Version=2010-05-08".to_owned()]).collect::<Vec<_>>().join("&");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        Ok(String::from_utf8(self.bytes("iam", ("POST", "/"), &headers, body.as_bytes())?)?)
    }

    /// An operation of S3, path-style; the body of the answer.
    pub fn s3(&mut self, method: &str, path: &str, body: &[u8]) -> Outcome<Vec<u8>> {
        let headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")];
        self.bytes("s3", (method, path), &headers, body)
    }

    fn call(&mut self, service: &str, target: (&str, &str), headers: &[(&str, &str)], body: &[u8]) -> Outcome<Value> {
        let answer = self.bytes(service, target, headers, body)?;
        if answer.is_empty() { Ok(json!({})) } else { Ok(serde_json::from_slice(&answer)?) }
    }

    fn bytes(
        &mut self,
        service: &str,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Outcome<Vec<u8>> {
        let mut all = vec![("host".to_owned(), self.host.clone())];
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let request = SignedRequest { method, path, query: "", headers: &all, body: BodyHash::Bytes(body) };
        let signer = signer(&self.credentials, service, self.clock.real());
        let added = signer.sign(&request);
        all.extend(added);
        let mut bytes = format!("{method} {path} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in &all {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str("\r\n");
        let answer = self.connection.send(&[bytes.as_bytes(), body].concat())?;
        if !(200..300).contains(&answer.status) {
            let text = String::from_utf8_lossy(&answer.body);
            return Err(format!("{method} {path} {headers:?}: {} {text}", answer.status).into());
        }
        Ok(answer.body)
    }
}

/// As a form has it.
fn encoded(text: &str) -> String {
    let one = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

/// A key that local mode takes for the account's root.
pub fn credentials() -> Credentials {
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned());
    Credentials { access_key_id: "AKIDEXAMPLE".to_owned(), secret, session_token: None }
}

/// Signs for a service in us-east-1.
pub const fn signer<'a>(credentials: &'a Credentials, service: &'a str, now: aws_types::Timestamp) -> Signer<'a> {
    Signer { credentials, region: "us-east-1", service, style: Style::Normalised, now }
}

/// The text at a pointer of an answer.
pub fn text(value: &Value, pointer: &str) -> Outcome<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found.ok_or_else(|| format!("no {pointer} in {value}"))?.to_owned())
}
