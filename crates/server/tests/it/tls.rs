//! HTTPS with the development authority.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::support::server;

/// `insecureSkipVerification`: any authority, but the name must be right all the same.
#[tokio::test]
async fn a_backend_of_an_unknown_authority_is_reached_only_where_its_authority_does_not_matter() {
    let server = server("https_port = 0\n").await;
    let port = server.running.https.unwrap().port();
    let ask = async |host: &str, verification| {
        let request = http::Request::get(format!("https://{host}:{port}/_portcullis/health")).body(Default::default());
        let tls = world::TlsOptions { verification, identity: None };
        let options = world::HttpOptions { tls, ..world::HttpOptions::new(10_000, 1024) };
        world::HttpClient::send(&world::HyperClient::new(), request.unwrap(), options)
            .await
            .map(|answer| answer.status())
    };
    assert!(ask("localhost", world::Verification::Full).await.is_err());
    assert_eq!(ask("localhost", world::Verification::AnyAuthority).await.unwrap(), 200);
    assert_eq!(ask("localhost", world::Verification::AnyAuthority).await.unwrap(), 200);
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_reaches_every_local_name() {
    let server = server("https_port = 0\n").await;
    let authority = CertificateDer::from_pem_file(server.folder.path().join("data/tls/ca.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    for name in ["localhost", "demo.auth.us-east-1.localhost", "abc.execute-api.eu-west-1.amazonaws.com"] {
        let stream = TcpStream::connect(server.running.https.unwrap()).await.unwrap();
        let mut stream = connector.connect(ServerName::try_from(name).unwrap(), stream).await.unwrap();
        let request = format!("GET /_portcullis/health HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
    let stream = TcpStream::connect(server.running.https.unwrap()).await.unwrap();
    assert!(connector.connect(ServerName::try_from("example.com").unwrap(), stream).await.is_err());
}
