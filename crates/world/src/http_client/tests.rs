//! Backends that are slow or broken, over real sockets.

use std::sync::Arc;

use aws_types::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::tls::ClientIdentity;

const SMALL: usize = 1024 * 1024;

/// Answers one connection with these bytes and then closes it, or keeps it open without a word.
async fn backend(answer: Vec<u8>, stays_open: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    crate::spawn("backend", async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await;
        let _ = socket.write_all(&answer).await;
        if stays_open {
            std::future::pending::<()>().await;
        }
    });
    format!("http://{address}/")
}

async fn ask(url: &str, options: HttpOptions) -> Result<Response<Bytes>, HttpError> {
    let request = Request::get(url).body(Bytes::new()).unwrap();
    HyperClient::new().send(request, options).await
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_broken_exchange() {
    let endless_headers = [b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-a: b\r\n".repeat(50_000)].concat();
    let long_header = [b"HTTP/1.1 200 OK\r\nx-a: ".to_vec(), vec![b'a'; 4 * SMALL]].concat();
    for (name, answer) in [
        ("closed at once", Vec::new()),
        ("no status line", b"nonsense\r\n\r\n".to_vec()),
        ("bad status", b"HTTP/1.1 9x9 OK\r\n\r\n".to_vec()),
        ("short body", b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc".to_vec()),
        ("bad chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n".to_vec()),
        ("cut chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab".to_vec()),
        ("endless headers", endless_headers),
        ("long header", long_header),
    ] {
        let outcome = ask(&backend(answer, false).await, HttpOptions::new(10_000, SMALL)).await;
        assert!(matches!(outcome, Err(HttpError::Broken(_))), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_backend_that_says_nothing_or_stops_in_between_times_out() {
    for answer in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc"] {
        let outcome = ask(&backend(answer.into(), true).await, HttpOptions::new(100, SMALL)).await;
        assert!(matches!(outcome, Err(HttpError::TimedOut(100))), "{answer:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_answer_over_the_bound_is_too_large_whether_or_not_it_says_so() {
    let announced = [b"HTTP/1.1 200 OK\r\ncontent-length: 2000000\r\n\r\n".to_vec(), vec![b'a'; 2_000_000]].concat();
    let unannounced = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'a'; 2_000_000]].concat();
    for answer in [announced, unannounced] {
        let outcome = ask(&backend(answer, true).await, HttpOptions::new(10_000, SMALL)).await;
        assert!(matches!(outcome, Err(HttpError::TooLarge(SMALL))), "{outcome:?}");
    }
}

#[tokio::test]
async fn nobody_listening_is_told_from_a_broken_exchange() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert!(matches!(ask(&url, HttpOptions::new(10_000, SMALL)).await, Err(HttpError::Connect(_))));
}

#[test]
fn a_client_identity_is_a_certificate_and_its_key() {
    let key = Secret::new("no key".to_owned());
    for certificates in ["", "nonsense", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"] {
        assert!(ClientIdentity::from_pem(certificates, &key).is_err(), "{certificates}");
    }
    assert!(!TlsOptions { verification: Verification::AnyAuthority, identity: None }.is_public());
    let _: Option<Arc<ClientIdentity>> = TlsOptions::public().identity;
}

/// Sends a head and the first bytes, and the rest once told; answers whether the other end was closed.
async fn slow_backend(
    more: tokio::sync::oneshot::Receiver<&'static [u8]>,
) -> (String, tokio::sync::oneshot::Receiver<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (closed, told) = tokio::sync::oneshot::channel();
    crate::spawn("backend", async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n").await;
        if let Ok(rest) = more.await {
            let _ = socket.write_all(rest).await;
        }
        let _ = closed.send(matches!(socket.read(&mut request).await, Ok(0) | Err(_)));
    });
    (format!("http://{address}/"), told)
}

async fn open(url: &str) -> ByteStream {
    let request = Request::get(url).body(Bytes::new()).unwrap();
    HyperClient::new().open(request, HttpOptions::new(10_000, SMALL)).await.unwrap().into_body()
}

#[tokio::test]
async fn a_streamed_answer_comes_as_it_is_sent() {
    let (rest, more) = tokio::sync::oneshot::channel();
    let mut body = open(&slow_backend(more).await.0).await;
    assert_eq!(crate::stream::next(&mut body).await.unwrap().unwrap(), "first");
    rest.send(b"4\r\nlast\r\n0\r\n\r\n").unwrap();
    assert_eq!(crate::stream::next(&mut body).await.unwrap().unwrap(), "last");
    assert!(crate::stream::next(&mut body).await.is_none());
}

#[tokio::test]
async fn a_streamed_answer_that_is_cut_off_ends_in_an_error() {
    let (rest, more) = tokio::sync::oneshot::channel();
    let (url, _told) = slow_backend(more).await;
    let mut body = open(&url).await;
    assert!(crate::stream::next(&mut body).await.unwrap().is_ok());
    rest.send(b"zz\r\n").unwrap();
    assert!(crate::stream::next(&mut body).await.unwrap().is_err());
}

#[tokio::test]
async fn whoever_leaves_a_streamed_answer_closes_the_connection() {
    let (rest, more) = tokio::sync::oneshot::channel();
    let (url, told) = slow_backend(more).await;
    let mut body = open(&url).await;
    assert!(crate::stream::next(&mut body).await.unwrap().is_ok());
    drop(body);
    drop(rest);
    assert!(told.await.unwrap());
}
