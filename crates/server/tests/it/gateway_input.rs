//! What may be sent to a deployed API's address and must cost little: each with its own refusal, and the server serves on.

use std::time::Duration;

use testkit::raw::exchange;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Server, server};

const HOST: &str = "a1b2c3d4e5.execute-api.us-east-1.localhost";

async fn send(server: &Server, bytes: &str) -> u16 {
    exchange(server.address(), bytes.as_bytes()).await.unwrap().status
}

/// No API is there: what is read in full is forbidden, what cannot be read is refused before that.
#[tokio::test]
async fn framings_that_two_servers_could_read_differently_are_refused() {
    let server = server("").await;
    let cases = [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "Content-Length: +3\r\n\r\nabc",
        "Content-Length: -1\r\n\r\n",
        "Content-Length: 99999999999999999999\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\nabc",
        "X-A : b\r\n\r\n",
        "X-A: a\0b\r\n\r\n",
        "Host: another.test\r\n\r\n",
    ];
    for case in cases {
        let status = send(&server, &format!("POST /dev/x HTTP/1.1\r\nHost: {HOST}\r\n{case}")).await;
        assert!((400..500).contains(&status) || status == 0, "{case:?}: {status}");
        // No API is there: 403 says that a request was taken for one.
        assert!(status != 200 && status != 403, "{case:?}: {status}");
    }
    for order in ["Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 3"]
    {
        let head = format!("POST /dev/x HTTP/1.1\r\nHost: {HOST}\r\n{order}\r\n\r\n0\r\n\r\n");
        assert_eq!(send(&server, &head).await, 400, "{order}");
    }
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.status, 200);
}

#[tokio::test]
async fn unusual_targets_and_versions_reach_the_gateway_or_are_refused() {
    let server = server("").await;
    for line in [
        "GET /dev/%2e%2e/x HTTP/1.1",
        "GET /dev/a%2fb HTTP/1.1",
        "GET /dev/../../etc HTTP/1.1",
        "GET /dev/%00 HTTP/1.1",
        "GET /dev//x HTTP/1.1",
        "GET http://a1b2c3d4e5.execute-api.us-east-1.localhost/dev/x HTTP/1.1",
        "GET /dev/x HTTP/1.0",
    ] {
        let status = send(&server, &format!("{line}\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status, 403, "{line}");
    }
    for line in ["GET /dev/\0 HTTP/1.1", "GET  /dev HTTP/1.1", "GET /dev HTTP/9.9", "G\u{e9}T /dev HTTP/1.1"] {
        let status = send(&server, &format!("{line}\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")).await;
        assert!((400..506).contains(&status) || status == 0, "{line:?}: {status}");
        assert_ne!(status, 403, "{line:?}");
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = server("").await;
    let one = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n");
    let bytes = one("/dev/x", "") + &one("/dev/y", "") + &one("/dev/z", "Connection: close\r\n");
    let answer = exchange(server.address(), bytes.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 403);
    // The first answer's head is read apart; the two others follow in what came after it.
    assert_eq!(answer.body.matches("HTTP/1.1 403").count(), 2, "{}", answer.body);
}

#[tokio::test]
async fn many_headers_and_long_targets_are_bounded() {
    let server = server("").await;
    let many: String = (0..2_000).map(|n| format!("X-{n}: v\r\n")).collect();
    let status = send(&server, &format!("GET /dev/x HTTP/1.1\r\nHost: {HOST}\r\n{many}\r\n")).await;
    assert!(status == 431 || status == 400 || status == 0, "{status}");
    let long = "a".repeat(200_000);
    let status = send(&server, &format!("GET /dev/{long} HTTP/1.1\r\nHost: {HOST}\r\n\r\n")).await;
    assert!((400..=431).contains(&status) || status == 0, "{status}");
}

/// The server waits for slow clients as long as it is told to.
const IMPATIENT: &str = "head_time_ms = 300\nbody_time_ms = 300\n";
/// Longer than anything here may take.
const SOON: Duration = Duration::from_secs(10);

/// Sends the beginning at once and then one byte after another, until the server has had enough; what it says then.
async fn dribble(server: &Server, beginning: &str, byte: u8) -> String {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    to.write_all(beginning.as_bytes()).await.unwrap();
    let sending = async {
        // As slow as a client can be that is never quite silent.
        while to.write_all(&[byte]).await.is_ok() {
            tokio::task::yield_now().await;
        }
        std::future::pending::<()>().await
    };
    let mut said = Vec::new();
    tokio::select! {
        () = sending => {}
        ended = tokio::time::timeout(SOON, from.read_to_end(&mut said)) => { let _ = ended.unwrap(); }
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_head_that_does_not_come_to_an_end_is_given_up() {
    let server = server(IMPATIENT).await;
    for beginning in ["", "GET /dev/x HTTP/1.1\r\n", &format!("GET /dev/x HTTP/1.1\r\nHost: {HOST}\r\nX-A: ")] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let ended = tokio::time::timeout(SOON, stream.read_to_end(&mut said)).await;
        assert!(ended.is_ok(), "{beginning:?} holds a connection");
        assert!(!String::from_utf8_lossy(&said).contains(" 200 "), "{beginning:?}");
    }
    let said = dribble(&server, &format!("GET /dev/x HTTP/1.1\r\nHost: {HOST}\r\nX-A: "), b'a').await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.status, 200);
}

#[tokio::test]
async fn a_body_that_does_not_come_to_an_end_is_timed_out() {
    let server = server(IMPATIENT).await;
    let head = |more: &str| format!("POST /dev/x HTTP/1.1\r\nHost: {HOST}\r\n{more}\r\n\r\n");
    for beginning in [head("Content-Length: 10"), head("Content-Length: 10") + "abc"] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(beginning.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let _ = tokio::time::timeout(SOON, stream.read_to_end(&mut said)).await.unwrap();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
        assert!(said.ends_with("{\"message\":\"Request Timeout\"}"), "{said}");
    }
    let said = dribble(&server, &head("Content-Length: 10000000"), b'a').await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 "), "{said}");
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.status, 200);
}
