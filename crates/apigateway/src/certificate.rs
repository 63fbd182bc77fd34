//! Certificates: the gateway's own towards backends, those given for domain names, and truststores of mutual TLS.

use aws_types::Timestamp;
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// Days for which a client certificate holds.
pub const VALID_DAYS: i64 = 365;
/// Most certificates of a truststore or chain.
const MAX_CERTIFICATES: usize = 1_000;

/// A certificate and its key, both in PEM.
pub struct Generated {
    pub certificate: String,
    pub key: String,
}

/// A self-signed client certificate that holds from now on.
pub fn client_certificate(now: Timestamp, expires: Timestamp) -> Result<Generated, rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CountryName, "US");
    name.push(DnType::StateOrProvinceName, "Washington");
    name.push(DnType::LocalityName, "Seattle");
    name.push(DnType::CommonName, "ApiGateway");
    params.distinguished_name = name;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let ((y, m, d), (until_y, until_m, until_d)) = (date(now.plus_ms(-DAY_MS)), date(expires.plus_ms(DAY_MS)));
    params.not_before = rcgen::date_time_ymd(y, m, d);
    // To the day: the last one counts in full.
    params.not_after = rcgen::date_time_ymd(until_y, until_m, until_d);
    let certificate = params.self_signed(&key)?;
    Ok(Generated { certificate: certificate.pem(), key: key.serialize_pem() })
}

const DAY_MS: i64 = 86_400_000;

/// The calendar day of a moment, as rcgen takes it.
fn date(at: Timestamp) -> (i32, u8, u8) {
    let civil = at.civil();
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    (i32::try_from(civil.year).unwrap_or(2026), small(civil.month), small(civil.day))
}

/// The certificates of a PEM text, in its order.
pub fn certificates(pem: &str) -> Option<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).take(MAX_CERTIFICATES + 1).collect();
    all.ok().filter(|all| (1..=MAX_CERTIFICATES).contains(&all.len()))
}

/// A private key of a PEM text.
pub fn private_key(pem: &str) -> Option<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()
}

/// Whether a server can use the chain (its own certificate first) with the key. The error says why not.
pub fn check_pair(chain: &str, key: &str) -> Result<(), &'static str> {
    let chain = certificates(chain).ok_or("Invalid certificate body or chain specified")?;
    let key = private_key(key).ok_or("Invalid certificate private key specified")?;
    let provider = aws_lc_rs::default_provider();
    let pair = CertifiedKey::from_der(chain, key, &provider);
    pair.map(drop).map_err(|_| "The certificate and its private key do not belong together")
}

/// Reads a truststore: how many authorities it holds, and a warning for each entry that is none.
pub fn truststore(pem: &str) -> Option<(usize, Vec<String>)> {
    let all = certificates(pem)?;
    let mut roots = RootCertStore::empty();
    let mut warnings = Vec::new();
    for (number, certificate) in (1..).zip(all) {
        if roots.add(certificate).is_err() {
            warnings.push(format!("Certificate {number} of the truststore is not a valid authority"));
        }
    }
    Some((roots.len(), warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_pair_fits_and_another_key_does_not() {
        let now = Timestamp::from_secs(1_767_225_600);
        let expires = now.plus_ms(VALID_DAYS * DAY_MS);
        let one = client_certificate(now, expires).unwrap();
        let other = client_certificate(now, expires).unwrap();
        assert_eq!(check_pair(&one.certificate, &one.key), Ok(()));
        assert!(check_pair(&one.certificate, &other.key).is_err());
        assert!(check_pair("", &one.key).is_err());
        assert!(check_pair(&one.certificate, "no key").is_err());
        assert_eq!(truststore("nothing"), None);
        assert_eq!(truststore(&one.certificate).map(|(count, _)| count), Some(1));
    }
}
