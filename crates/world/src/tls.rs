//! How an outgoing connection is secured: whom it trusts, and who it says it is.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Secret;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs as provider};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};

/// Whose certificates are believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Verification {
    /// Those of Mozilla's authorities.
    #[default]
    Full,
    /// Those of any authority, the server's own included; name and validity must still be right (`insecureSkipVerification`).
    AnyAuthority,
}

/// How a connection is secured.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Whom it believes.
    pub verification: Verification,
    /// The certificate it shows where it is asked for one.
    pub identity: Option<Arc<ClientIdentity>>,
}

impl TlsOptions {
    /// Checked in full, without a certificate of its own.
    pub const fn public() -> Self {
        Self { verification: Verification::Full, identity: None }
    }

    /// Whether connections are secured like all others.
    pub(crate) const fn is_public(&self) -> bool {
        matches!(self.verification, Verification::Full) && self.identity.is_none()
    }

    /// Connections are shared among requests that are secured alike.
    pub(crate) fn pool_key(&self) -> ([u8; 32], Verification) {
        (self.identity.as_ref().map_or([0; 32], |identity| identity.fingerprint), self.verification)
    }
}

/// A client certificate with its key.
pub struct ClientIdentity {
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    fingerprint: [u8; 32],
}

/// A client certificate cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the client certificate or its key is no PEM")]
pub struct BadIdentity;

impl ClientIdentity {
    /// Reads a certificate (with its chain) and its key.
    ///
    /// # Errors
    /// [`BadIdentity`].
    pub fn from_pem(certificates: &str, key: &Secret<String>) -> Result<Self, BadIdentity> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates.as_bytes()).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or(BadIdentity)?;
        let key_der = PrivateKeyDer::from_pem_slice(key.expose().as_bytes()).map_err(|_| BadIdentity)?;
        let whole = [certificates.as_bytes(), key_der.secret_der()].concat();
        let mut fingerprint = [0; 32];
        fingerprint.iter_mut().zip(digest(&SHA256, &whole).as_ref()).for_each(|(to, from)| *to = *from);
        Ok(Self { certificates: chain, key: key_der, fingerprint })
    }
}

impl std::fmt::Debug for ClientIdentity {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ClientIdentity({} certificates)", self.certificates.len())
    }
}

/// The client's side of TLS.
pub(crate) fn client_config(options: &TlsOptions) -> Result<ClientConfig, rustls::Error> {
    let crypto = Arc::new(provider::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&crypto)).with_safe_default_protocol_versions()?;
    let builder = match options.verification {
        Verification::Full => {
            let mut roots = RootCertStore::empty();
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
            builder.with_root_certificates(roots)
        }
        Verification::AnyAuthority => {
            let verifier =
                AnyAuthority { algorithms: crypto.signature_verification_algorithms, crypto: Arc::clone(&crypto) };
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
    };
    match &options.identity {
        Some(identity) => builder.with_client_auth_cert(identity.certificates.clone(), identity.key.clone_key()),
        None => Ok(builder.with_no_client_auth()),
    }
}

/// Believes the chain's own last certificate, and checks everything else as ever.
#[derive(Debug)]
struct AnyAuthority {
    algorithms: WebPkiSupportedAlgorithms,
    crypto: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyAuthority {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add(intermediates.last().unwrap_or(end_entity).clone().into_owned())?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.crypto))
            .build()
            .map_err(|error| rustls::Error::General(error.to_string()))?;
        match verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp, now) {
            // A self-signed certificate made by common tools says of itself that it is an authority. One that an internal
            // authority signed often comes without it; that it is valid now has been seen before its issuer is looked for.
            Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::Other(_)))
                if intermediates.is_empty() =>
            {
                rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
