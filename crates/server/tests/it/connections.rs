//! Connections: kept alive, pipelined, HTTP/1.0, HTTP/2 with and without TLS, bodies announced beforehand, and what
//! happens to all of them when the server stops.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::{Server, server};

const HEALTH: &str = "GET /_portcullis/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
const WELL: &str = "{\"status\":\"ok\"}";
/// A call of an open operation whose body is still to come.
const SIGN_UP: &str = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n\
                       Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
/// Longer than anything here may take, shorter than the server's own patience.
const SOON: Duration = Duration::from_secs(8);

async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).await.unwrap()
}

/// Reads until what was read ends so.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let mut piece = [0; 4096];
        let n = tokio::time::timeout(SOON, stream.read(&mut piece)).await.unwrap().unwrap();
        assert!(n > 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(piece.get(..n).unwrap()).unwrap());
    }
    text
}

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    tokio::time::timeout(SOON, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    text
}

#[tokio::test]
async fn a_connection_serves_one_request_after_another() {
    let server = server("").await;
    let mut stream = connect(&server).await;
    for _ in 0..3 {
        stream.write_all(HEALTH.as_bytes()).await.unwrap();
        let answer = read_until(&mut stream, WELL).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\r\ndate: "), "{answer}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order_and_a_head_without_body() {
    let server = server("").await;
    let mut stream = connect(&server).await;
    let head = HEALTH.replace("GET", "HEAD");
    let last = "GET /_portcullis/none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{HEALTH}{head}{HEALTH}{last}").as_bytes()).await.unwrap();
    let answers = read_to_end(&mut stream).await;
    let heads: Vec<&str> = answers.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)).collect();
    assert_eq!(heads, ["200", "200", "200", "404"], "{answers}");
    assert_eq!(answers.matches("content-length: 15\r\n").count(), 3, "{answers}");
    assert_eq!(answers.matches(WELL).count(), 2, "{answers}");
}

#[tokio::test]
async fn http_1_0_is_answered_and_closed() {
    let server = server("").await;
    let mut stream = connect(&server).await;
    stream.write_all(b"GET /_portcullis/health HTTP/1.0\r\n\r\n").await.unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.0 200 OK\r\n") && answer.ends_with(WELL), "{answer}");
}

#[tokio::test]
async fn a_client_that_waits_for_leave_to_send_gets_it_or_a_refusal() {
    let server = server("").await;
    let mut stream = connect(&server).await;
    stream.write_all(SIGN_UP.as_bytes()).await.unwrap();
    assert_eq!(read_until(&mut stream, "\r\n\r\n").await, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"{}").await.unwrap();
    assert!(read_until(&mut stream, "}").await.starts_with("HTTP/1.1 400 "));

    let mut stream = connect(&server).await;
    let large = SIGN_UP.replace("Content-Length: 2\r\n", "Content-Length: 10485761\r\n");
    stream.write_all(large.as_bytes()).await.unwrap();
    let answer = read_to_end(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

async fn speak_h2(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> SendRequest<Full<Bytes>> {
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    world::spawn("client", async {
        let _ = connection.await;
    });
    sender
}

async fn get(sender: &mut SendRequest<Full<Bytes>>, url: &str, host: Option<&str>) -> (StatusCode, String) {
    let mut request = Request::get(url);
    if let Some(host) = host {
        request = request.header("host", host);
    }
    let answer = sender.send_request(request.body(Full::default()).unwrap()).await.unwrap();
    assert_eq!(answer.version(), Version::HTTP_2);
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn http_2_is_spoken_with_prior_knowledge() {
    let server = server("").await;
    let mut sender = speak_h2(connect(&server).await).await;
    let mut other = sender.clone();
    let (first, second) = tokio::join!(
        get(&mut sender, "http://localhost/_portcullis/health", None),
        get(&mut other, "http://abc.execute-api.us-east-1.localhost/test/x", None),
    );
    assert_eq!(first, (StatusCode::OK, WELL.to_owned()));
    assert_eq!(second, (StatusCode::FORBIDDEN, "{\"message\":\"Forbidden\"}".to_owned()));
}

#[tokio::test]
async fn an_authority_and_a_host_that_differ_are_nobodys_name() {
    let server = server("").await;
    let mut sender = speak_h2(connect(&server).await).await;
    let clock = |host: &str| format!("http://{host}/_portcullis/clock");
    assert_eq!(get(&mut sender, &clock("localhost"), Some("localhost")).await.0, StatusCode::OK);
    assert_eq!(get(&mut sender, &clock("evil.example"), Some("localhost")).await.0, StatusCode::FORBIDDEN);
    assert_eq!(get(&mut sender, &clock("localhost"), Some("evil.example")).await.0, StatusCode::FORBIDDEN);
    let absolute = server.send("GET", "http://evil.example/_portcullis/clock", "localhost", &[], "").await;
    assert_eq!(absolute.status, 403);
}

#[tokio::test]
async fn http_2_is_agreed_on_over_tls_and_the_address_is_certified_too() {
    let server = server("https_port = 0\n").await;
    let authority = CertificateDer::from_pem_file(server.folder.path().join("data/tls/ca.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let connector = TlsConnector::from(Arc::new(config));
    for name in ["localhost", "127.0.0.1"] {
        let stream = TcpStream::connect(server.running.https.unwrap()).await.unwrap();
        let stream = connector.connect(ServerName::try_from(name).unwrap(), stream).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]), "{name}");
        let answer = get(&mut speak_h2(stream).await, &format!("https://{name}/_portcullis/health"), None).await;
        assert_eq!(answer, (StatusCode::OK, WELL.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn a_stop_lets_the_request_under_way_finish_and_closes_the_rest() {
    let server = server("").await;
    let (mut busy, mut idle, _silent) = (connect(&server).await, connect(&server).await, connect(&server).await);
    idle.write_all(HEALTH.as_bytes()).await.unwrap();
    read_until(&mut idle, WELL).await;
    busy.write_all(SIGN_UP.as_bytes()).await.unwrap();
    read_until(&mut busy, "100 Continue\r\n\r\n").await;

    let address = server.address();
    let finish = async {
        // Idle connections end at once, and nobody is let in any more, while the busy one goes on.
        assert_eq!(read_to_end(&mut idle).await, "");
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        busy.write_all(b"{}").await.unwrap();
        let answer = read_to_end(&mut busy).await;
        assert!(answer.starts_with("HTTP/1.1 400 ") && answer.ends_with('}'), "{answer}");
    };
    let stop = tokio::time::timeout(SOON, server.running.stop());
    let (stopped, ()) = tokio::join!(stop, finish);
    assert!(stopped.is_ok(), "the silent connection held the server up");
}

#[tokio::test]
async fn a_handshake_that_never_comes_does_not_hold_a_stop_up() {
    let server = server("https_port = 0\n").await;
    let _silent = TcpStream::connect(server.running.https.unwrap()).await.unwrap();
    // The connection before this one has been accepted when this one is answered.
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.status, 200);
    assert!(tokio::time::timeout(SOON, server.running.stop()).await.is_ok());
}
