//! Who calls an AWS operation. In enforced mode every signed operation needs a known key and a good signature; in local
//! mode an unknown key acts as the account's root, a known one is verified in full, and a web page elsewhere never counts.

use std::collections::HashMap;

use aws_types::schema::{Auth, Operation, Protocol as Wire};
use aws_types::{AccountId, AwsError, Caller, Secret};
use http::request::Parts;
use sigv4::chunked::Kind;
use sigv4::{BodyHash, Dialect, Presented, Rules, SigError, SignedRequest, Style};
use world::Clock as _;

use crate::app::{App, Arrival};
use crate::config::{Config, Mode};
use crate::door::aws_api::origin_is_local;
use crate::wiring::Backend;

/// What is known of the body while the caller is proven.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// All of it.
    Held(&'a [u8]),
    /// It is still to come (S3).
    Stream,
}

/// A proven caller, and what the signature says of a body that is still to come.
#[derive(Debug)]
pub struct Proof {
    /// Who.
    pub caller: Caller,
    /// What the body must be.
    pub body: BodyProof,
}

/// What a streamed body must be.
#[derive(Debug)]
pub enum BodyProof {
    /// Anything.
    Any,
    /// Of this SHA-256, lower-case hex.
    Hash(String),
    /// In the aws-chunked encoding; signed chunks are proven against the signer where there is one.
    Chunked(Kind, Option<sigv4::chunked::ChunkSigner>),
}

/// The keys that are known and the mode.
pub struct Access {
    /// The account whose root the known keys are.
    pub account: AccountId,
    mode: Mode,
    root_keys: HashMap<String, Secret<String>>,
}

impl Access {
    /// Takes the configured root keys.
    pub fn new(config: &Config) -> Self {
        let root_keys = config.root_keys.iter().map(|key| (key.access_key_id.clone(), key.secret.clone())).collect();
        Self { account: config.account.clone(), mode: config.mode, root_keys }
    }

    /// Proves the caller of an operation.
    ///
    /// # Errors
    /// AWS's refusal, in the service's dialect.
    pub fn prove(
        &self,
        app: &App,
        arrival: &Arrival,
        backend: &Backend,
        operation: &Operation,
        payload: Payload<'_>,
    ) -> Result<Proof, AwsError> {
        if operation.auth == Auth::None {
            return Ok(Proof { caller: Caller::Anonymous, body: BodyProof::Any });
        }
        let model = backend.service.model();
        let dialect = dialect(model.protocol);
        let refuse = |error: &SigError| error.to_aws(dialect);
        let headers = headers(&arrival.parts);
        let request = SignedRequest {
            method: arrival.parts.method.as_str(),
            path: arrival.parts.uri.path(),
            query: arrival.parts.uri.query().unwrap_or_default(),
            headers: &headers,
            body: match payload {
                Payload::Held(bytes) => BodyHash::Bytes(bytes),
                Payload::Stream => BodyHash::Deferred,
            },
        };
        let Some(presented) = sigv4::presented(&request).map_err(|error| refuse(&error))? else {
            return self.unsigned(&request, dialect);
        };
        if self.mode == Mode::Local && (!origin_is_local(&arrival.parts.headers) || !app.host_is_ours(arrival)) {
            return Err(foreign_page(dialect));
        }
        let style = if dialect == Dialect::S3 { Style::S3 } else { Style::Normalised };
        let rules = Rules {
            service: model.signing_name,
            region: None,
            now: app.clock.real(),
            window_s: sigv4::WINDOW_S,
            style,
        };
        self.signed(&request, &presented, &rules).map_err(|error| refuse(&error))
    }

    /// S3 serves what is public to anybody and decides itself; elsewhere a signature is needed.
    fn unsigned(&self, request: &SignedRequest<'_>, dialect: Dialect) -> Result<Proof, AwsError> {
        if dialect != Dialect::S3 {
            return Err(SigError::MissingToken.to_aws(dialect));
        }
        Ok(Proof { caller: Caller::Anonymous, body: announced(request) })
    }

    fn signed(&self, request: &SignedRequest<'_>, presented: &Presented, rules: &Rules<'_>) -> Result<Proof, SigError> {
        let Some(secret) = self.root_keys.get(&presented.access_key_id) else {
            return self.unknown_key(request, presented, rules);
        };
        // Root keys are long-term keys: no session token belongs to them.
        if presented.session_token.is_some() {
            return Err(SigError::BadSessionToken);
        }
        let verified = sigv4::verify(request, presented, secret, rules)?;
        let body = match verified.payload {
            sigv4::Payload::Hash(hash) => BodyProof::Hash(hash),
            sigv4::Payload::Unsigned => BodyProof::Any,
            sigv4::Payload::Chunked { kind, signer } => BodyProof::Chunked(kind, Some(signer)),
        };
        Ok(Proof { caller: Caller::Root, body })
    }

    fn unknown_key(
        &self,
        request: &SignedRequest<'_>,
        presented: &Presented,
        rules: &Rules<'_>,
    ) -> Result<Proof, SigError> {
        if self.mode == Mode::Enforced {
            sigv4::check(request, presented, rules)?;
            return Err(SigError::UnknownKey { access_key_id: presented.access_key_id.clone() });
        }
        // A session token would have been made by us, and then its key would be known.
        if presented.session_token.is_some() {
            return Err(SigError::BadSessionToken);
        }
        Ok(Proof { caller: Caller::Root, body: announced(request) })
    }
}

/// What the headers announce of a body nobody vouches for: its encoding must be undone, a hash is compared all the same.
fn announced(request: &SignedRequest<'_>) -> BodyProof {
    let announced = request.headers.iter().find(|(name, _)| name == "x-amz-content-sha256").map(|(_, value)| value);
    let Some(value) = announced else { return BodyProof::Any };
    match Kind::of(value) {
        Some(kind) => BodyProof::Chunked(kind, None),
        None if value.len() == 64 => BodyProof::Hash(value.to_ascii_lowercase()),
        None => BodyProof::Any,
    }
}

const fn dialect(wire: Wire) -> Dialect {
    match wire {
        Wire::AwsJson11 => Dialect::Json,
        Wire::AwsQuery => Dialect::Query,
        Wire::RestJson1 => Dialect::RestJson,
        Wire::RestXml => Dialect::S3,
    }
}

/// Not a text of AWS's: there, nobody is root by merely reaching the endpoint.
fn foreign_page(dialect: Dialect) -> AwsError {
    let (code, status) = match dialect {
        Dialect::Json => ("AccessDeniedException", 400),
        Dialect::RestJson | Dialect::ExecuteApi => ("AccessDeniedException", 403),
        Dialect::Query | Dialect::S3 => ("AccessDenied", 403),
    };
    let message = "In local mode, signed calls are only taken from this machine's own programs and pages, and under a host \
                   name of this server.";
    AwsError::sender(code, status, message)
}

/// Names in lower case with their values, in arrival order; HTTP/2's authority stands as `host`.
fn headers(parts: &Parts) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    if !parts.headers.contains_key(http::header::HOST)
        && let Some(authority) = parts.uri.authority()
    {
        headers.push(("host".to_owned(), authority.as_str().to_owned()));
    }
    headers
}
