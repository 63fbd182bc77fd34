//! GetSigningCertificate: the certificate of the key that signs a pool's SAML requests.
//!
//! Nothing is kept: it follows from the pool's key, its age and its name, so that each call of a year shows the same one.
//! As on AWS it holds for ten years, and every year from the pool's making on brings a new one of the same key.

use aws_types::{AwsError, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jose::SigningKey;
use model_cognito_idp::types::{GetSigningCertificateRequest, GetSigningCertificateResponse};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, SerialNumber};

use crate::Cx;
use crate::auth::hashed;
use crate::entity::UserPool;
use crate::error::Result;

const DAY_MS: i64 = 86_400_000;
const YEAR_MS: i64 = 365 * DAY_MS;
/// Years for which a certificate holds, of 365 days.
const VALID_YEARS: i64 = 10;
/// Bytes of a serial number; the first bit is never set (RFC 5280, 4.1.2.2).
const SERIAL_BYTES: usize = 16;

/// Shows the pool's certificate: DER in base64, without the lines of PEM.
pub async fn get_signing_certificate(
    cx: &Cx<'_>,
    input: GetSigningCertificateRequest,
) -> Result<GetSigningCertificateResponse> {
    let pool = cx.pool(&input.user_pool_id).await?;
    let keys = cx.service.keys().signing(&pool.id).await?;
    let der = certificate(&pool, &keys.id, cx.now())?;
    Ok(GetSigningCertificateResponse { certificate: Some(STANDARD.encode(der)) })
}

fn certificate(pool: &UserPool, key: &SigningKey, now: Timestamp) -> Result<Vec<u8>> {
    let pkcs8 = key.to_pkcs8().map_err(AwsError::internal)?;
    let pair = KeyPair::try_from(pkcs8.expose().as_slice()).map_err(AwsError::internal)?;
    let issued = issued(pool.created, now);
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, pool.id.as_str());
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.serial_number = Some(serial(&pool.id, issued));
    let ((y, m, d), (until_y, until_m, until_d)) = (date(issued), date(issued.plus_ms(VALID_YEARS * YEAR_MS)));
    params.not_before = rcgen::date_time_ymd(y, m, d);
    params.not_after = rcgen::date_time_ymd(until_y, until_m, until_d);
    let made = params.self_signed(&pair).map_err(AwsError::internal)?;
    Ok(made.der().to_vec())
}

/// When the certificate of now was issued: so many whole years after the pool was made.
const fn issued(created: Timestamp, now: Timestamp) -> Timestamp {
    let age = now.ms().saturating_sub(created.ms());
    let years = if age > 0 { age / YEAR_MS } else { 0 };
    created.plus_ms(years * YEAR_MS)
}

fn serial(pool_id: &str, issued: Timestamp) -> SerialNumber {
    let text = hashed(&format!("signing certificate {pool_id} {}", issued.ms()));
    let mut bytes: Vec<u8> = text.into_bytes().into_iter().take(SERIAL_BYTES).collect();
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 1;
    }
    SerialNumber::from(bytes)
}

/// The calendar day of a moment, as rcgen takes it.
fn date(at: Timestamp) -> (i32, u8, u8) {
    let civil = at.civil();
    let small = |n: u32| u8::try_from(n).unwrap_or(1);
    (i32::try_from(civil.year).unwrap_or(2026), small(civil.month), small(civil.day))
}
