//! The front door: one request in, one response out. It finds who answers, hands over, and turns a panic behind any
//! door into that request's error alone.

use std::net::SocketAddr;
use std::sync::Arc;

use ::execute_api::access_plan::VpcEndpoint;
use ::execute_api::domains::DomainPlan;
use ::execute_api::security_policy::{Came, Handshake};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use tokio::task::JoinHandle;
use world::task::{CatchPanic, Panicked};
use world::{Clock, Inbox, Lock, Outbox, Rng, SystemClock};

use crate::access::Access;
use crate::body::{RequestBody, ResponseBody, whole};
use crate::config::{Mode, Patience};
use crate::door::{aws_api, execute_api, function_url, internal, issuer, user_import, user_pool_domain, website};
use crate::front_door::{Door, Host, classify};
use crate::log_delivery::LogDelivery;
use crate::log_sink::Logs;
use crate::metrics::Metrics;
use crate::network::{Cidr, forwarded};
use crate::tls::MutualTls;
use crate::traces::Traces;
use crate::wiring::{Backends, Rooms};

/// Where a request came from.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The other end of the connection.
    pub address: SocketAddr,
    /// Over TLS.
    pub secure: bool,
    /// The VPC endpoint whose listener took the connection.
    pub vpc_endpoint: Option<Arc<VpcEndpoint>>,
    /// What the handshake agreed on.
    pub handshake: Option<Arc<Handshake>>,
    /// What the handshake proved, where it asked the client for a certificate.
    pub tls: Option<Arc<MutualTls>>,
}

impl Peer {
    /// How it came, as endpoints' security policies judge it.
    pub fn came<'a>(&'a self, host: Option<&'a Host>) -> Came<'a> {
        let host = host.map(Host::as_str).unwrap_or_default();
        Came { handshake: self.handshake.as_deref(), secure: self.secure, host }
    }

    /// The address without port; an IPv4 address stays one when it arrives mapped into IPv6.
    pub fn ip(&self) -> String {
        self.address.ip().to_canonical().to_string()
    }
}

/// Everything a request may need: built once by [`crate::wiring`].
pub struct App {
    /// Local or enforced.
    pub mode: Mode,
    /// Host names beside loopback, `.localhost` and AWS's.
    pub host_names: Vec<String>,
    /// The server's clock, movable in local mode.
    pub clock: Arc<SystemClock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Messages of local mode.
    pub inbox: Arc<Inbox>,
    /// Messages on their way.
    pub outbox: Arc<Outbox>,
    /// Who may call AWS operations.
    pub access: Arc<Access>,
    /// The services by name.
    pub backends: Backends,
    /// The rooms behind the other doors.
    pub rooms: Rooms,
    /// Proxies that are believed.
    pub trusted_proxies: Vec<Cidr>,
    /// How long slow clients are waited for.
    pub patience: Patience,
    /// Counters.
    pub metrics: Metrics,
    /// Logs of APIs.
    pub logs: Arc<Logs>,
    /// Lines for buckets and delivery streams.
    pub delivery: Arc<LogDelivery>,
    /// Segments of traces.
    pub traces: Arc<Traces>,
    /// Tasks that follow events and keep house.
    pub background: Lock<Vec<JoinHandle<()>>>,
}

/// A request's head with what the front door found out about it.
pub struct Arrival {
    /// Peer.
    pub peer: Peer,
    /// Host, where it is one.
    pub host: Option<Host>,
    /// Head as received.
    pub parts: Parts,
    /// `x-amzn-RequestId`.
    pub request_id: String,
}

impl App {
    /// Answers a request. Never fails: whatever goes wrong becomes a response.
    pub async fn answer(&self, mut peer: Peer, request: Request<RequestBody>) -> Response<ResponseBody> {
        let started = self.clock.monotonic_ns();
        let (parts, body) = request.into_parts();
        if let Some(said) = forwarded(peer.address.ip(), &parts.headers, &self.trusted_proxies) {
            peer.address.set_ip(said.address);
            peer.secure = said.secure.unwrap_or(peer.secure);
        }
        let host = Host::of(&parts.uri, &parts.headers);
        let arrival = Arrival { peer, host, parts, request_id: world::rng::uuid(self.rng.as_ref()) };
        let (door, domain) = match self.custom_domain(&arrival) {
            Some(domain) => (Door::ExecuteApi { api: String::new(), path: String::new() }, Some(domain)),
            None => (classify(arrival.host.as_ref(), &arrival.parts, self.backends.models()), None),
        };
        let name = door_name(&door);
        let answering = async {
            match domain {
                Some(domain) => execute_api::answer_at_domain(self, arrival, body, &domain).await,
                None => self.behind(door, arrival, body).await,
            }
        };
        let response = match CatchPanic::new(answering).await {
            Ok(response) => response,
            Err(Panicked) => {
                tracing::error!(door = name, "a request panicked");
                broken()
            }
        };
        self.metrics.request(name, response.status(), self.clock.monotonic_ns().saturating_sub(started));
        response
    }

    /// The custom domain name that the Host names; our own pages come first.
    fn custom_domain(&self, arrival: &Arrival) -> Option<Arc<DomainPlan>> {
        let host = arrival.host.as_ref()?.as_str();
        let domains = self.rooms.gateway.plans().domains();
        // An endpoint leads to private names that are associated with it, and to nothing else of the server's.
        if let Some(endpoint) = &arrival.peer.vpc_endpoint {
            return domains.find_private(host, &endpoint.id);
        }
        let path = arrival.parts.uri.path();
        if path == "/_portcullis" || path.starts_with("/_portcullis/") {
            return None;
        }
        domains.find(host)
    }

    /// Ends the background tasks; when it returns they hold nothing any more.
    pub async fn stop_background(&self) {
        self.rooms.web_sockets.close_all();
        // What was logged last is still written.
        self.rooms.log_groups.writer().flush().await;
        let tasks = std::mem::take(&mut *self.background.lock());
        for task in tasks {
            task.abort();
            let _ = task.await;
        }
    }

    async fn behind(&self, door: Door, arrival: Arrival, body: RequestBody) -> Response<ResponseBody> {
        if arrival.peer.vpc_endpoint.is_some() {
            return execute_api::answer_through_endpoint(self, arrival, body, door).await;
        }
        match door {
            Door::AwsApi { service, bucket } => aws_api::answer(self, arrival, body, service, bucket).await,
            Door::ExecuteApi { api, path } => execute_api::answer(self, arrival, body, &api, &path).await,
            Door::UserPoolDomain { domain, path, base } => {
                user_pool_domain::answer(self, arrival, body, user_pool_domain::Target { domain, path, base }).await
            }
            Door::FunctionUrl { id, path } => function_url::answer(self, arrival, body, &id, &path).await,
            Door::FunctionCode { token } => function_url::code(self, &token).await,
            Door::S3Website { bucket, path, base } => website::answer(self, &arrival, &bucket, &path, &base).await,
            Door::IdentityIssuer { document } => issuer::identity_pools(self, &arrival, &document).await,
            Door::Issuer { pool, document } => issuer::answer(self, &arrival, &pool, &document).await,
            Door::UserImport { pool, job } => user_import::answer(self, &arrival, body, &pool, &job).await,
            Door::Internal => internal::answer(self, arrival, body).await,
        }
    }

    /// Whether the Host is a name of ours; only asked in local mode, where being reachable means being root.
    pub fn host_is_ours(&self, arrival: &Arrival) -> bool {
        arrival.host.as_ref().is_some_and(|host| host.is_ours(&self.host_names))
    }
}

fn door_name(door: &Door) -> &'static str {
    match door {
        Door::AwsApi { service, .. } => service,
        Door::ExecuteApi { .. } => "execute-api",
        Door::UserPoolDomain { .. } => "user-pool-domain",
        Door::S3Website { .. } => "s3-website",
        Door::FunctionUrl { .. } | Door::FunctionCode { .. } => "lambda-url",
        Door::Issuer { .. } | Door::IdentityIssuer { .. } => "issuer",
        Door::UserImport { .. } => "user-import",
        Door::Internal => "internal",
    }
}

/// The answer of last resort: a fault of ours, told without detail.
pub fn broken() -> Response<ResponseBody> {
    text(StatusCode::INTERNAL_SERVER_ERROR, "application/json", "{\"message\":\"Internal server error\"}")
}

/// A small answer.
pub fn text(status: StatusCode, content_type: &'static str, body: impl Into<bytes::Bytes>) -> Response<ResponseBody> {
    let mut response = Response::new(whole(body));
    *response.status_mut() = status;
    response.headers_mut().insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    response
}
