//! Outgoing HTTP: gateway integrations, later issuers and webhooks. Bounded in time and in the size of the answer;
//! redirects are never followed.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use aws_types::ByteStream;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::lock::Lock;
use crate::reach::{Reach, Resolver};
use crate::tls::{TlsOptions, Verification, client_config};

/// Bounds of one exchange, and how it is secured.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// From connecting to the last byte of the answer, in milliseconds.
    pub timeout_ms: u64,
    /// Largest answer, in bytes.
    pub max_answer: usize,
    /// Where the URI is https.
    pub tls: TlsOptions,
}

impl HttpOptions {
    /// Over connections that are checked in full.
    pub const fn new(timeout_ms: u64, max_answer: usize) -> Self {
        Self { timeout_ms, max_answer, tls: TlsOptions::public() }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing listens there, the name does not resolve, or TLS failed.
    #[error("could not connect: {0}")]
    Connect(String),
    /// The time was up.
    #[error("timed out after {0} ms")]
    TimedOut(u64),
    /// The answer was too large.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The peer broke off or spoke no HTTP.
    #[error("broken exchange: {0}")]
    Broken(String),
}

/// Sends requests.
#[async_trait]
pub trait HttpClient: Send + Sync {
    /// One exchange. The request's URI is absolute.
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError>;

    /// One exchange whose answer's body comes piece by piece: done when its head is there, within the options' time. Time and
    /// size of the body are the caller's to bound; dropping it closes the connection. Where a client cannot do that, the
    /// body is one piece.
    async fn open(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<ByteStream>, HttpError> {
        Ok(self.send(request, options).await?.map(ByteStream::from_bytes))
    }
}

type Pool = Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>;

/// Ways of securing connections that are kept apart; beyond so many, the kept connections of all begin anew.
const MAX_POOLS: usize = 64;
/// Most bytes of an answer's head.
const MAX_HEAD: usize = 64 * 1024;
/// Most header lines of an answer.
const MAX_HEADERS: usize = 256;

/// The real thing: HTTP/1.1 with kept connections; certificates are checked against Mozilla's roots unless a request
/// says otherwise.
pub struct HyperClient {
    client: Pool,
    reach: Reach,
    /// Connections that are secured in ways of their own.
    others: Lock<HashMap<([u8; 32], Verification), Pool>>,
}

impl std::fmt::Debug for HyperClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HyperClient")
    }
}

fn connector(reach: Reach) -> HttpConnector<Resolver> {
    let mut connector = HttpConnector::new_with_resolver(Resolver(reach));
    connector.enforce_http(false);
    connector.set_nodelay(true);
    connector
}

fn pool(https: HttpsConnector<HttpConnector<Resolver>>) -> Pool {
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(64)
        .http1_max_buf_size(MAX_HEAD)
        .http1_max_headers(MAX_HEADERS)
        .build(https)
}

impl HyperClient {
    /// Makes a client with its own connection pool (idle connections close after 30 s, at most 64 a host).
    pub fn new() -> Self {
        Self::reaching(Reach::Anywhere)
    }

    /// One that reaches only certain addresses: for URLs that others name.
    pub fn reaching(reach: Reach) -> Self {
        let https = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector(reach));
        Self { client: pool(https), reach, others: Lock::new(HashMap::new()) }
    }
}

impl Default for HyperClient {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl HttpClient for HyperClient {
    async fn send(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
        self.check_reach(&request)?;
        let exchange = self.exchange(request.map(Full::new), options.max_answer, &options.tls);
        let limit = Duration::from_millis(options.timeout_ms);
        tokio::time::timeout(limit, exchange).await.unwrap_or(Err(HttpError::TimedOut(options.timeout_ms)))
    }

    async fn open(&self, request: Request<Bytes>, options: HttpOptions) -> Result<Response<ByteStream>, HttpError> {
        self.check_reach(&request)?;
        let limit = Duration::from_millis(options.timeout_ms);
        let head =
            async { self.pool(&options.tls)?.request(request.map(Full::new)).await.map_err(|error| unsent(&error)) };
        let head = tokio::time::timeout(limit, head).await.unwrap_or(Err(HttpError::TimedOut(options.timeout_ms)))?;
        Ok(head.map(|body| ByteStream(Box::pin(body.map_err(std::io::Error::other).into_data_stream()))))
    }
}

impl HyperClient {
    fn check_reach(&self, request: &Request<Bytes>) -> Result<(), HttpError> {
        if request.uri().host().is_some_and(|host| self.reach.admits_host(host)) {
            return Ok(());
        }
        Err(HttpError::Connect("the address may not be reached".to_owned()))
    }

    /// The connections that are secured so.
    fn pool(&self, tls: &TlsOptions) -> Result<Pool, HttpError> {
        if tls.is_public() {
            return Ok(self.client.clone());
        }
        let key = tls.pool_key();
        if let Some(known) = self.others.lock().get(&key) {
            return Ok(known.clone());
        }
        let config = client_config(tls).map_err(|error| HttpError::Connect(error.to_string()))?;
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_or_http()
            .enable_http1()
            .wrap_connector(connector(self.reach));
        let made = pool(https);
        let mut others = self.others.lock();
        if others.len() >= MAX_POOLS {
            others.clear();
        }
        Ok(others.entry(key).or_insert(made).clone())
    }

    async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        max_answer: usize,
        tls: &TlsOptions,
    ) -> Result<Response<Bytes>, HttpError> {
        let response = self.pool(tls)?.request(request).await.map_err(|error| unsent(&error))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, max_answer).collect().await.map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                HttpError::TooLarge(max_answer)
            } else {
                HttpError::Broken(error.to_string())
            }
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

fn unsent(error: &hyper_util::client::legacy::Error) -> HttpError {
    let text = chain(error);
    if error.is_connect() { HttpError::Connect(text) } else { HttpError::Broken(text) }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
