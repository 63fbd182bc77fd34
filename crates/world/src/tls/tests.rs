//! Backends over TLS: whose certificates are believed, and what the gateway shows of itself.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::crypto::aws_lc_rs::{default_provider, sign};
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::http_client::{HttpClient as _, HttpError, HttpOptions, HyperClient};

/// An authority that nobody knows.
struct Internal(Issuer<'static, KeyPair>);

impl Internal {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "internal");
        Self(Issuer::new(params, KeyPair::generate().unwrap()))
    }

    /// A certificate for a name, and its key; the last year in which it holds.
    fn issue(&self, name: &str, until: i32) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (params.signed_by(&key, &self.0).unwrap().der().clone(), key)
    }
}

/// Shows one certificate, whoever asks, be the key its own or not.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesServerCert for Always {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn shown(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<Always> {
    let key = sign::any_supported_type(&PrivatePkcs8KeyDer::from(key.serialize_der()).into()).unwrap();
    Arc::new(Always(Arc::new(CertifiedKey::new(vec![certificate], key))))
}

/// A backend that answers each connection once; with `clients`, only those who show one of these certificates.
async fn backend(resolver: Arc<Always>, clients: Option<RootCertStore>) -> u16 {
    let provider = Arc::new(default_provider());
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(roots) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let acceptor = TlsAcceptor::from(Arc::new(builder.with_cert_resolver(resolver)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(crate::spawn("backend", async move {
        while let Ok((socket, _)) = listener.accept().await {
            let Ok(mut secure) = acceptor.accept(socket).await else { continue };
            let mut asked = [0; 4096];
            let _ = secure.read(&mut asked).await;
            let _ = secure.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
            let _ = secure.shutdown().await;
        }
    }));
    port
}

async fn ask(port: u16, tls: TlsOptions) -> Result<StatusCode, HttpError> {
    let request = Request::get(format!("https://localhost:{port}/")).body(Bytes::new()).unwrap();
    let options = HttpOptions { tls, ..HttpOptions::new(10_000, 1024) };
    HyperClient::new().send(request, options).await.map(|answer| answer.status())
}

const ANY: TlsOptions = TlsOptions { verification: Verification::AnyAuthority, identity: None };

#[tokio::test]
async fn a_certificate_of_an_internal_authority_is_believed_without_it_where_authorities_do_not_matter() {
    let (certificate, key) = Internal::new().issue("localhost", 2999);
    let port = backend(shown(certificate, &key), None).await;
    assert_eq!(ask(port, ANY).await.unwrap(), 204);
    assert!(matches!(ask(port, TlsOptions::public()).await, Err(HttpError::Connect(_))));
}

#[tokio::test]
async fn name_and_validity_must_be_right_all_the_same() {
    for (name, until) in [("elsewhere.test", 2999), ("localhost", 2021)] {
        let (certificate, key) = Internal::new().issue(name, until);
        let port = backend(shown(certificate, &key), None).await;
        assert!(matches!(ask(port, ANY).await, Err(HttpError::Connect(_))), "{name} {until}");
    }
}

#[tokio::test]
async fn whoever_has_another_keys_certificate_is_not_believed() {
    let (certificate, _) = Internal::new().issue("localhost", 2999);
    let port = backend(shown(certificate, &KeyPair::generate().unwrap()), None).await;
    assert!(matches!(ask(port, ANY).await, Err(HttpError::Connect(_))));
}

#[tokio::test]
async fn a_backend_that_asks_who_calls_is_shown_the_certificate() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let mine = params.self_signed(&key).unwrap();
    let mut clients = RootCertStore::empty();
    clients.add(mine.der().clone()).unwrap();
    let (certificate, its_key) = Internal::new().issue("localhost", 2999);
    let port = backend(shown(certificate, &its_key), Some(clients)).await;
    let identity = ClientIdentity::from_pem(&mine.pem(), &Secret::new(key.serialize_pem())).unwrap();
    assert_eq!(ask(port, TlsOptions { identity: Some(Arc::new(identity)), ..ANY }).await.unwrap(), 204);
    assert!(ask(port, ANY).await.is_err());
    let other_key = KeyPair::generate().unwrap();
    let other = CertificateParams::default().self_signed(&other_key).unwrap();
    let other = ClientIdentity::from_pem(&other.pem(), &Secret::new(other_key.serialize_pem())).unwrap();
    assert!(ask(port, TlsOptions { identity: Some(Arc::new(other)), ..ANY }).await.is_err());
}
