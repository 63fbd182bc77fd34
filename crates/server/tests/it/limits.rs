//! Bodies, heads and framings that must not pass.

use testkit::raw::exchange;

use crate::support::server;

const TARGET: &str = "X-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\n";

#[tokio::test]
async fn a_body_over_the_bound_is_refused_before_it_is_read() {
    let server = server("").await;
    let head =
        format!("POST / HTTP/1.1\r\nHost: localhost\r\n{TARGET}Content-Length: 10485761\r\nConnection: close\r\n\r\n");
    let answer = exchange(server.address(), head.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 413, "{}", answer.head);
    let head = "POST /test/x HTTP/1.1\r\nHost: a.execute-api.us-east-1.localhost\r\nContent-Length: 10485761\r\nConnection: close\r\n\r\n";
    let answer = exchange(server.address(), head.as_bytes()).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str()), (413, "{\"message\":\"Request Too Long\"}"));
    let head = "POST /login HTTP/1.1\r\nHost: a.auth.us-east-1.localhost\r\nContent-Length: 262145\r\nConnection: close\r\n\r\n";
    assert_eq!(exchange(server.address(), head.as_bytes()).await.unwrap().status, 413);
}

#[tokio::test]
async fn a_chunked_body_over_the_bound_is_refused() {
    let server = server("").await;
    let mut bytes = format!("POST /login HTTP/1.1\r\nHost: a.auth.us-east-1.localhost\r\n{TARGET}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").into_bytes();
    for _ in 0..5 {
        bytes.extend_from_slice(b"10000\r\n");
        bytes.extend_from_slice(&[b'x'; 65_536]);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(exchange(server.address(), &bytes).await.unwrap().status, 413);
}

#[tokio::test]
async fn broken_documents_are_told_apart_and_nothing_panics() {
    let server = server("").await;
    let post = |body: &'static [u8]| {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\n{TARGET}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let bytes = [head.as_bytes(), body].concat();
        let address = server.address();
        async move { exchange(address, &bytes).await.unwrap() }
    };
    for body in [&b"{"[..], b"[]", b"\xff\xfe", b"{\"ClientId\":1}", b"null", b"{\"ClientId\":{}}"] {
        let answer = post(body).await;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.body);
        assert!(answer.body.contains("SerializationException"), "{body:?}: {}", answer.body);
    }
    let answer = post(b"").await;
    assert!(answer.body.contains("validation errors detected: Value"), "{}", answer.body);
    let long = Box::leak(
        format!("{{\"ClientId\":\"{}\",\"Username\":\"u\",\"Unknown\":1}}", "a".repeat(1_000_000)).into_boxed_str(),
    );
    let answer = post(long.as_bytes()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 10_000, "{}", answer.body.len());
}

#[tokio::test]
async fn a_missing_or_unknown_target_is_an_unknown_operation() {
    let server = server("").await;
    for target in ["AWSCognitoIdentityProviderService.Nope", "AWSCognitoIdentityProviderService."] {
        let answer = server.send("POST", "/", "localhost", &[("X-Amz-Target", target)], "{}").await;
        assert!(answer.status == 400 && answer.body.contains("UnknownOperationException"), "{target}: {}", answer.body);
    }
    let answer = server.send("POST", "/", "cognito-idp.us-east-1.amazonaws.com", &[], "{}").await;
    assert!(answer.status == 400 && answer.body.contains("UnknownOperationException"), "{}", answer.body);
}

#[tokio::test]
async fn ambiguous_framings_are_refused() {
    let server = server("").await;
    for head in [
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n{}",
        "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "nonsense\r\n\r\n",
    ] {
        let bytes = head.replace("Host: localhost\r\n", &format!("Host: localhost\r\n{TARGET}"));
        let answer = exchange(server.address(), bytes.as_bytes()).await.unwrap();
        assert!((400..500).contains(&answer.status), "{head:?}: {} {}", answer.status, answer.body);
    }
}

#[tokio::test]
async fn a_huge_head_is_refused() {
    let server = server("").await;
    let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {}\r\n\r\n", "a".repeat(100_000));
    let answer = exchange(server.address(), head.as_bytes()).await.unwrap();
    assert!(answer.status == 431 || answer.status == 0, "{}", answer.status);
    assert_eq!(server.send("GET", "/_portcullis/health", "localhost", &[], "").await.status, 200);
}

#[tokio::test]
async fn a_new_data_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let server = server("").await;
    let mode = std::fs::metadata(server.folder.path().join("data")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}
