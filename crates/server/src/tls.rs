//! HTTPS for development: a certificate authority that the server makes once and a person may trust, and certificates
//! for the names under `.localhost`, minted when a client asks for one (a wildcard covers one label only, and
//! `demo.auth.us-east-1.localhost` has three).

use std::collections::HashMap;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_types::Timestamp;
use base64::Engine as _;
use execute_api::domains::DomainPlan;
use execute_api::security_policy::SecurityPolicy;
use execute_api::{ClientCertificate, Plans};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::crypto::aws_lc_rs;
use rustls::server::{ClientHello, ResolvesServerCert, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::{ConfigBuilder, RootCertStore, ServerConfig, WantsVerifier};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use world::{Clock, Lock};

use crate::front_door::host::{Host, Named};
use crate::tls_policy;

/// At most this many minted certificates are kept; past it the cache starts anew.
const CACHE: usize = 256;
/// Meant where a client names none: it does not when it was given an address, so this certificate holds those too.
const DEFAULT_NAME: &str = "localhost";

/// TLS could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A key or certificate is broken.
    #[error("development certificate authority: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A custom domain name's certificates.
    #[error("custom domain name: {0}")]
    Truststore(String),
    /// rustls refused.
    #[error("TLS: {0}")]
    Rustls(#[from] rustls::Error),
}

/// The TLS of a listener.
pub struct Tls {
    /// For every name that is no custom domain name with wishes of its own.
    common: Arc<ServerConfig>,
    minted: Arc<Minted>,
    plans: Arc<Plans>,
    domains: Lock<HashMap<String, Arc<DomainTls>>>,
    /// For default endpoints of APIs with a policy of their own. There are no more than policies.
    policies: Lock<HashMap<SecurityPolicy, Arc<ServerConfig>>>,
}

/// The TLS of a custom domain name.
struct DomainTls {
    plan: Arc<DomainPlan>,
    config: Arc<ServerConfig>,
}

/// With what a handshake goes on.
pub struct Chosen {
    /// Certificates, versions, what is asked of the client.
    pub config: Arc<ServerConfig>,
    domain: Option<Arc<DomainPlan>>,
}

/// What a client proved in a handshake.
#[derive(Debug)]
pub struct MutualTls {
    /// Of the domain name that asked.
    pub domain_key: String,
    /// By which authorities it was judged.
    pub truststore: Vec<Vec<u8>>,
    /// The client's certificate.
    pub client: Arc<ClientCertificate>,
}

impl Tls {
    /// Makes the TLS configuration; the authority lives in `folder` (`ca.pem` may be trusted, `ca.key` is mode 0600).
    pub fn open(
        folder: &Path,
        host_names: &[String],
        clock: Arc<dyn Clock>,
        plans: Arc<Plans>,
    ) -> Result<Self, TlsError> {
        let authority = Authority::load_or_create(folder)?;
        let minted = Minted {
            authority,
            host_names: host_names.to_vec(),
            plans: Arc::clone(&plans),
            clock,
            cache: Lock::new(HashMap::new()),
        };
        let minted = Arc::new(minted);
        let common =
            finish(builder(SecurityPolicy::default())?.with_no_client_auth().with_cert_resolver(minted.clone()));
        let policies = Lock::new(HashMap::new());
        Ok(Self { common, minted, plans, domains: Lock::new(HashMap::new()), policies })
    }

    /// How to go on with a client that asks for a name, through a VPC endpoint where one is given. What cannot be set up
    /// for a custom domain name is refused by its door, which misses the proof then.
    pub fn choose(&self, server_name: Option<&str>, vpc_endpoint: Option<&str>) -> Chosen {
        let host = server_name.and_then(Host::parse);
        let plan = host.as_ref().and_then(|host| match vpc_endpoint {
            Some(id) => self.plans.domains().find_private(host.as_str(), id),
            None => self.plans.domains().find(host.as_str()),
        });
        let Some(plan) = plan else {
            let config = host.and_then(|host| self.of_api(&host, vpc_endpoint));
            return Chosen { config: config.unwrap_or_else(|| Arc::clone(&self.common)), domain: None };
        };
        if !has_wishes(&plan) {
            return Chosen { config: Arc::clone(&self.common), domain: None };
        }
        if let Some(known) = self.domains.lock().get(&plan.key)
            && Arc::ptr_eq(&known.plan, &plan)
        {
            return Chosen { config: Arc::clone(&known.config), domain: Some(plan) };
        }
        match self.configure(&plan) {
            Ok(config) => {
                let mut domains = self.domains.lock();
                if domains.len() >= CACHE {
                    domains.clear();
                }
                let made = DomainTls { plan: Arc::clone(&plan), config: Arc::clone(&config) };
                domains.insert(plan.key.clone(), Arc::new(made));
                Chosen { config, domain: Some(plan) }
            }
            Err(error) => {
                tracing::error!(domain = %plan.name, %error, "a custom domain name's TLS could not be set up");
                Chosen { config: Arc::clone(&self.common), domain: None }
            }
        }
    }

    /// The configuration of an API's default endpoint; none where it has no wishes.
    fn of_api(&self, host: &Host, vpc_endpoint: Option<&str>) -> Option<Arc<ServerConfig>> {
        let Named::ExecuteApi { api } = host.named() else { return None };
        let associated = vpc_endpoint.and_then(|id| api.strip_suffix(id)?.strip_suffix('-'));
        let policy = self.plans.security_policy(associated.unwrap_or(&api))?;
        if policy == SecurityPolicy::default() {
            return None;
        }
        let mut policies = self.policies.lock();
        if let Some(known) = policies.get(&policy) {
            return Some(Arc::clone(known));
        }
        let made = builder(policy).map(|builder| {
            let minted: Arc<dyn ResolvesServerCert> = self.minted.clone();
            finish(builder.with_no_client_auth().with_cert_resolver(minted))
        });
        let made = made.inspect_err(|error| tracing::error!(%error, "a security policy could not be set up")).ok()?;
        policies.insert(policy, Arc::clone(&made));
        Some(made)
    }

    /// A configuration of its own: sessions begun at one domain name are not taken up at another.
    fn configure(&self, plan: &DomainPlan) -> Result<Arc<ServerConfig>, TlsError> {
        let builder = builder(plan.security.policy)?;
        let builder = match &plan.truststore {
            None => builder.with_no_client_auth(),
            Some(truststore) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(truststore.iter().map(|der| CertificateDer::from(der.clone())));
                let provider = Arc::new(aws_lc_rs::default_provider());
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
                builder.with_client_cert_verifier(verifier.map_err(|error| TlsError::Truststore(error.to_string()))?)
            }
        };
        let Some(certificate) = &plan.certificate else {
            let minted: Arc<dyn ResolvesServerCert> = self.minted.clone();
            return Ok(finish(builder.with_cert_resolver(minted)));
        };
        let chain = certificate.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
        let key = PrivateKeyDer::from_pem_slice(certificate.key.as_bytes())
            .map_err(|_| TlsError::Truststore("its private key cannot be read".to_owned()))?;
        Ok(finish(builder.with_single_cert(chain, key)?))
    }
}

impl Chosen {
    /// What a verified certificate of the client proves.
    pub fn proven(&self, certificate: &CertificateDer<'_>) -> Option<MutualTls> {
        let domain = self.domain.as_ref()?;
        let client = Arc::new(describe(certificate)?);
        Some(MutualTls { domain_key: domain.key.clone(), truststore: domain.truststore.clone()?, client })
    }
}

/// Whether the common configuration would not do.
fn has_wishes(plan: &DomainPlan) -> bool {
    plan.certificate.is_some() || plan.truststore.is_some() || plan.security.policy != SecurityPolicy::default()
}

fn builder(policy: SecurityPolicy) -> Result<ConfigBuilder<ServerConfig, WantsVerifier>, TlsError> {
    let builder = ServerConfig::builder_with_provider(Arc::new(tls_policy::provider(policy)));
    Ok(builder.with_protocol_versions(&tls_policy::versions(policy))?)
}

fn finish(mut config: ServerConfig) -> Arc<ServerConfig> {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}

/// A client's certificate as `$context.identity.clientCert` shows it.
fn describe(certificate: &CertificateDer<'_>) -> Option<ClientCertificate> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let base64 = base64::engine::general_purpose::STANDARD.encode(certificate);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let time = |at: &x509_parser::time::ASN1Time| {
        let at = Timestamp::from_secs(at.timestamp());
        let c = at.civil();
        let month = at.java_date().get(4..7).unwrap_or_default().to_owned();
        format!("{month} {:>2} {:02}:{:02}:{:02} {:04} GMT", c.day, c.hour, c.minute, c.second, c.year)
    };
    Some(ClientCertificate {
        pem: format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n")),
        subject: parsed.subject().to_string().replace(", ", ","),
        issuer: parsed.issuer().to_string().replace(", ", ","),
        serial_number: parsed.raw_serial_as_string(),
        not_before: time(&parsed.validity().not_before),
        not_after: time(&parsed.validity().not_after),
    })
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    fn load_or_create(folder: &Path) -> Result<Self, TlsError> {
        std::fs::create_dir_all(folder).map_err(|error| TlsError::File(folder.to_owned(), error))?;
        let key_file = folder.join("ca.key");
        let file = folder.join("ca.pem");
        let (key, fits) = match std::fs::read_to_string(&key_file) {
            Ok(pem) => (KeyPair::from_pem(&pem)?, file.exists()),
            // A certificate that is there already belongs to a key that is lost.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (create_key(&key_file)?, false),
            Err(error) => return Err(TlsError::File(key_file, error)),
        };
        let certificate = authority_params().self_signed(&key)?;
        if !fits {
            std::fs::write(&file, certificate.pem()).map_err(|error| TlsError::File(file, error))?;
        }
        Ok(Self { certificate: certificate.der().clone(), issuer: Issuer::new(authority_params(), key) })
    }

    fn mint(&self, name: &str, now: Timestamp) -> Result<CertifiedKey, TlsError> {
        let key = KeyPair::generate()?;
        let mut names = vec![name.to_owned()];
        if name == DEFAULT_NAME {
            names.extend(["127.0.0.1".to_owned(), "::1".to_owned()]);
        }
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = named("Portcullis development");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let ((y, m, d), (until_y, until_m, until_d)) =
            (date(now.plus_ms(-DAY_MS)), date(now.plus_ms(VALID_DAYS * DAY_MS)));
        params.not_before = rcgen::date_time_ymd(y, m, d);
        params.not_after = rcgen::date_time_ymd(until_y, until_m, until_d);
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let private = PrivatePkcs8KeyDer::from(key.serialize_der());
        let signing = aws_lc_rs::sign::any_supported_type(&private.into())?;
        Ok(CertifiedKey::new(vec![certificate.der().clone(), self.certificate.clone()], signing))
    }
}

const DAY_MS: i64 = 86_400_000;
/// Clients of our day refuse certificates of servers that live longer.
const VALID_DAYS: i64 = 397;

/// The calendar day of a moment, as rcgen takes it.
fn date(at: Timestamp) -> (i32, u8, u8) {
    let civil = at.civil();
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    (i32::try_from(civil.year).unwrap_or(2026), small(civil.month), small(civil.day))
}

/// The same parameters at every start, so that the certificate people trust keeps its identity.
fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named("Portcullis development CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = rcgen::date_time_ymd(2025, 1, 1);
    params.not_after = rcgen::date_time_ymd(2045, 1, 1);
    params
}

fn named(common_name: &str) -> rcgen::DistinguishedName {
    let mut name = rcgen::DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn create_key(file: &Path) -> Result<KeyPair, TlsError> {
    let key = KeyPair::generate()?;
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut handle| handle.write_all(key.serialize_pem().as_bytes()).and_then(|()| handle.sync_all()));
    written.map_err(|error| TlsError::File(file.to_owned(), error))?;
    Ok(key)
}

struct Minted {
    authority: Authority,
    host_names: Vec<String>,
    plans: Arc<Plans>,
    clock: Arc<dyn Clock>,
    cache: Lock<HashMap<String, Arc<CertifiedKey>>>,
}

impl std::fmt::Debug for Minted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Minted")
    }
}

impl ResolvesServerCert for Minted {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().unwrap_or(DEFAULT_NAME);
        self.certificate_for(name)
    }
}

impl Minted {
    /// Only for names that are ours: the authority never vouches for anybody else's.
    fn certificate_for(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        let host = Host::parse(name)?;
        if !host.is_ours(&self.host_names) && !self.plans.domains().serves(host.as_str()) {
            return None;
        }
        if let Some(found) = self.cache.lock().get(host.as_str()) {
            return Some(Arc::clone(found));
        }
        let minted = match self.authority.mint(host.as_str(), self.clock.real()) {
            Ok(minted) => Arc::new(minted),
            Err(error) => {
                tracing::warn!(%error, "could not mint a development certificate");
                return None;
            }
        };
        let mut cache = self.cache.lock();
        if cache.len() >= CACHE {
            cache.clear();
        }
        cache.insert(host.as_str().to_owned(), Arc::clone(&minted));
        Some(minted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_keeps_its_key_and_vouches_only_for_our_names() {
        let dir = tempfile::tempdir().unwrap();
        let first = Authority::load_or_create(dir.path()).unwrap();
        let again = Authority::load_or_create(dir.path()).unwrap();
        assert_eq!(first.issuer.key().serialize_der(), again.issuer.key().serialize_der());
        let clock = Arc::new(world::fake::ManualClock::default());
        let minted = Minted {
            authority: again,
            host_names: vec![],
            plans: Arc::default(),
            clock,
            cache: Lock::new(HashMap::new()),
        };
        assert!(minted.certificate_for("demo.auth.us-east-1.localhost").is_some());
        assert!(minted.certificate_for("127.0.0.1").is_some());
        assert!(minted.certificate_for("example.com").is_none());
    }
}
