//! Outgoing HTTP: gateway integrations, later issuers and webhooks. Bounded in time and in the size of the answer;
//! redirects are never followed.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::reach::{Reach, Resolver};

/// Bounds of one exchange.
#[derive(Clone, Copy, Debug)]
pub struct HttpOptions {
    /// From connecting to the last byte of the answer, in milliseconds.
    pub timeout_ms: u64,
    /// Largest answer, in bytes.
    pub max_answer: usize,
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
}

/// The real thing: HTTP/1.1 and HTTP/2 with kept connections; certificates are checked against Mozilla's roots.
#[derive(Debug)]
pub struct HyperClient {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    reach: Reach,
}

impl HyperClient {
    /// Makes a client with its own connection pool (idle connections close after 30 s, at most 64 a host).
    pub fn new() -> Self {
        Self::reaching(Reach::Anywhere)
    }

    /// One that reaches only certain addresses: for URLs that others name.
    pub fn reaching(reach: Reach) -> Self {
        let mut connector = HttpConnector::new_with_resolver(Resolver(reach));
        connector.enforce_http(false);
        connector.set_nodelay(true);
        let https =
            HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(connector);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(64)
            .build(https);
        Self { client, reach }
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
        if !request.uri().host().is_some_and(|host| self.reach.admits_host(host)) {
            return Err(HttpError::Connect("the address may not be reached".to_owned()));
        }
        let exchange = self.exchange(request.map(Full::new), options.max_answer);
        let limit = Duration::from_millis(options.timeout_ms);
        tokio::time::timeout(limit, exchange).await.unwrap_or(Err(HttpError::TimedOut(options.timeout_ms)))
    }
}

impl HyperClient {
    async fn exchange(&self, request: Request<Full<Bytes>>, max_answer: usize) -> Result<Response<Bytes>, HttpError> {
        let response = self.client.request(request).await.map_err(|error| {
            let text = chain(&error);
            if error.is_connect() { HttpError::Connect(text) } else { HttpError::Broken(text) }
        })?;
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
