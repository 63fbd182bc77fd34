//! Sockets: accepts connections, speaks HTTP/1.1 and HTTP/2 with or without TLS, and drains on shutdown. Every
//! connection is bounded in time, headers and streams.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use aws_types::service::BoxFuture;
use execute_api::access_plan::VpcEndpoint;
use execute_api::security_policy::Handshake;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use rustls::server::Acceptor;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::LazyConfigAcceptor;
use tokio_rustls::server::TlsStream;

use crate::app::{App, Peer};
use crate::body::{RequestBody, ResponseBody, StreamError, whole};
use crate::head_tap::{HeadTap, Tapped};
use crate::patient::Patient;
use crate::tls::{MutualTls, Tls};
use crate::tls_policy;

/// Open connections over all listeners; further ones wait in the kernel's queue.
pub const MAX_CONNECTIONS: usize = 4_096;
/// A TLS handshake must be done after this time.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// A peer must take something of an answer within this time.
const WRITE_TIME: Duration = Duration::from_secs(60);
/// Requests under way have this time to finish on shutdown.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// Largest head in bytes; API Gateway's own limit (10,240) is checked where its answer is made.
const MAX_HEAD: usize = 64 * 1024;

/// What a listener speaks, and what it stands for.
#[derive(Clone, Default)]
pub struct Speaks {
    /// Where it speaks TLS.
    pub tls: Option<Arc<Tls>>,
    /// Where it stands for a VPC endpoint.
    pub vpc_endpoint: Option<Arc<VpcEndpoint>>,
}

/// Accepts connections until `shutdown` turns true, then drains. Each connection takes one of `slots`, which all
/// listeners share.
pub async fn serve(
    listener: TcpListener,
    Speaks { tls, vpc_endpoint }: Speaks,
    app: Arc<App>,
    slots: Arc<Semaphore>,
    mut shutdown: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let http = Arc::new(builder(app.patience.head));
    // When this goes, so do the connections that did not finish in time.
    let (_here, gone) = watch::channel(());
    loop {
        let (slot, accepted) = tokio::select! {
            next = accept(&listener, &slots) => next,
            _ = shutdown.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let connection = Connection {
            http: Arc::clone(&http),
            app: Arc::clone(&app),
            vpc_endpoint: vpc_endpoint.clone(),
            watcher: graceful.watcher(),
            shutdown: shutdown.clone(),
        };
        let (tls, mut gone) = (tls.clone(), gone.clone());
        world::spawn("connection", async move {
            tokio::select! {
                () = connection.run(stream, peer, tls) => {}
                _ = gone.changed() => {}
            }
            drop(slot);
        });
    }
    // Whoever connects now is refused and may try elsewhere, instead of waiting for an answer that never comes.
    drop(listener);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, io::Result<(TcpStream, SocketAddr)>) {
    // The semaphore is never closed.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    (slot, listener.accept().await)
}

fn builder(head_time: Duration) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_buf_size(MAX_HEAD)
        .max_headers(200)
        .half_close(false);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(128)
        .max_pending_accept_reset_streams(20)
        .max_header_list_size(64 * 1024)
        .keep_alive_interval(Duration::from_secs(30))
        .keep_alive_timeout(Duration::from_secs(10));
    builder
}

struct Connection {
    http: Arc<Builder<TokioExecutor>>,
    app: Arc<App>,
    vpc_endpoint: Option<Arc<VpcEndpoint>>,
    watcher: hyper_util::server::graceful::Watcher,
    shutdown: watch::Receiver<bool>,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, address: SocketAddr, tls: Option<Arc<Tls>>) {
        // Small answers leave at once: without this each waits for the peer's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        // A VPC endpoint's listener speaks both; the first octet says which.
        let begins_tls = self.vpc_endpoint.is_none() || tls.is_none() || self.begins_tls(&stream).await;
        let stream = Patient::new(stream, WRITE_TIME);
        let Some(tls) = tls.filter(|_| begins_tls) else {
            let vpc_endpoint = self.vpc_endpoint.clone();
            return self.speak(stream, Peer { address, secure: false, handshake: None, tls: None, vpc_endpoint }).await;
        };
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(HANDSHAKE_TIME, shake(stream, &tls, self.vpc_endpoint.as_deref())) => shaken,
            _ = self.shutdown.wait_for(|stop| *stop) => return,
        };
        match shaken {
            Ok(Ok((stream, Shaken { agreed, proven }))) => {
                let vpc_endpoint = self.vpc_endpoint.clone();
                self.speak(stream, Peer { address, secure: true, handshake: agreed, tls: proven, vpc_endpoint }).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
            Err(_) => tracing::debug!("TLS handshake took too long"),
        }
    }

    /// Whether a client begins a handshake of TLS; nothing is taken from it.
    async fn begins_tls(&self, stream: &TcpStream) -> bool {
        const HANDSHAKE: u8 = 0x16;
        let mut first = [0];
        let peeked = tokio::time::timeout(HANDSHAKE_TIME, stream.peek(&mut first)).await;
        matches!(peeked, Ok(Ok(1))) && first == [HANDSHAKE]
    }

    async fn speak<S>(self, stream: S, peer: Peer)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (app, begun) = (self.app, Arc::new(Notify::new()));
        let head_time = app.patience.head;
        let begins = Arc::clone(&begun);
        let tap = HeadTap::default();
        let stream = Tapped::new(stream, tap.clone());
        let service = service_fn(move |request: http::Request<Incoming>| {
            begins.notify_one();
            let mut request =
                request.map(|body| body.map_err(|error| StreamError::from(io::Error::other(error))).boxed_unsync());
            let framed_twice = tap.framed_twice(request.headers());
            let spelling = tap.spelling(request.version());
            if framed_twice {
                return Box::pin(std::future::ready(Ok(ambiguous()))) as Answering;
            }
            request.extensions_mut().insert(spelling);
            answer(Arc::clone(&app), peer.clone(), (request, tap.clone()))
        });
        let connection = self.http.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        tokio::select! {
            ended = self.watcher.watch(connection) => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "connection ended");
                }
            }
            () = silent(&begun, head_time) => tracing::debug!("nothing was asked on a connection"),
        }
    }
}

/// A handshake: the name that the client asks for decides with which certificate, and whether it must bear one itself.
async fn shake(
    stream: Patient<TcpStream>,
    tls: &Tls,
    vpc_endpoint: Option<&VpcEndpoint>,
) -> io::Result<(TlsStream<Patient<TcpStream>>, Shaken)> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    let chosen = tls.choose(start.client_hello().server_name(), vpc_endpoint.map(|endpoint| endpoint.id.as_str()));
    let stream = start.into_stream(Arc::clone(&chosen.config)).await?;
    let connection = stream.get_ref().1;
    let certificate = connection.peer_certificates().and_then(|chain| chain.first());
    let proven = certificate.and_then(|certificate| chosen.proven(certificate)).map(Arc::new);
    let agreed = tls_policy::agreed(connection).map(Arc::new);
    Ok((stream, Shaken { agreed, proven }))
}

/// What a handshake came to.
struct Shaken {
    agreed: Option<Arc<Handshake>>,
    proven: Option<Arc<MutualTls>>,
}

/// Ends where nothing begins within `time`. While it is still open which version a peer speaks, no other bound holds.
async fn silent(begun: &Notify, time: Duration) {
    if tokio::time::timeout(time, begun.notified()).await.is_ok() {
        std::future::pending().await
    }
}

/// Boxed: the future of a whole request is large, and every connection holds one.
fn answer(app: Arc<App>, peer: Peer, (request, tap): (http::Request<RequestBody>, HeadTap)) -> Answering {
    Box::pin(async move {
        let version = request.version();
        let response = app.answer(peer, request).await;
        // By now the body has been read; what comes next is the head of the next request.
        if version <= http::Version::HTTP_11 {
            tap.listen();
        }
        Ok(response)
    })
}

/// Whoever frames a body twice is not heard out, and gets no second request on the connection.
fn ambiguous() -> http::Response<ResponseBody> {
    let mut response = http::Response::new(whole("{\"message\":\"Bad Request\"}"));
    *response.status_mut() = http::StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    headers.insert(http::header::CONNECTION, http::HeaderValue::from_static("close"));
    headers.insert("x-amzn-errortype", http::HeaderValue::from_static("BadRequestException"));
    response
}

type Answering = BoxFuture<'static, Result<http::Response<ResponseBody>, Infallible>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_a_connection_on_which_nothing_begins_is_given_up() {
        let begun = Notify::new();
        silent(&begun, Duration::from_millis(1)).await;
        begun.notify_one();
        let waited = tokio::time::timeout(Duration::from_millis(20), silent(&begun, Duration::from_millis(1))).await;
        assert!(waited.is_err());
    }
}
