//! The proof: scope, clock, signature, body.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_types::{Region, Secret, Timestamp};

use crate::canonical;
use crate::chunked::{self, ChunkSigner};
use crate::error::{Mismatch, ScopeFault, SigError, TimeFault};
use crate::key::{SigningKey, sha256_hex, signing_key};
use crate::presented::{Form, Presented};
use crate::request::{BodyHash, SignedRequest};
use crate::{TERMINATOR, UNSIGNED_PAYLOAD};

/// How an endpoint canonicalises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// All services but S3: dot segments and double slashes go, the path is encoded once more, the body is always signed.
    Normalised,
    /// S3: the path is encoded once and kept as it is; the body may be unsigned or chunked; every `x-amz-*` header that
    /// is present must be signed.
    S3,
}

/// What an endpoint demands.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Signing name of the service.
    pub service: &'a str,
    /// The region, where only one is served.
    pub region: Option<&'a str>,
    /// Real time, not the movable clock: clients sign by theirs.
    pub now: Timestamp,
    /// [`crate::WINDOW_S`] or [`crate::EXECUTE_API_WINDOW_S`].
    pub window_s: i64,
    /// Canonicalisation.
    pub style: Style,
}

/// What the signature says of the body.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Its SHA-256 in lower-case hex. Already compared, unless the body was [`BodyHash::Deferred`].
    Hash(String),
    /// Nothing.
    Unsigned,
    /// It comes in the aws-chunked encoding. `signer` proves signed chunks.
    Chunked {
        /// Which kind.
        kind: chunked::Kind,
        /// Where the chain of signatures begins.
        signer: ChunkSigner,
    },
}

/// A request whose signature is good.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the signature says of the body.
    pub payload: Payload,
}

/// Checks what can be checked without the key: scope and clock window, and S3's demand that `x-amz-*` be signed.
///
/// # Errors
/// The first thing that is wrong, in AWS's order.
pub fn check(req: &SignedRequest<'_>, presented: &Presented, rules: &Rules<'_>) -> Result<(), SigError> {
    if rules.style == Style::S3 {
        check_s3(req, presented)?;
    }
    check_scope(presented, rules)?;
    check_time(presented, rules)
}

/// [`check`], then proves signature and body with the secret.
///
/// # Errors
/// The first thing that is wrong, in AWS's order.
pub fn verify(
    req: &SignedRequest<'_>,
    presented: &Presented,
    secret: &Secret<String>,
    rules: &Rules<'_>,
) -> Result<Verified, SigError> {
    let key = signing_key(secret, &presented.date, &presented.region, &presented.service);
    verify_with_key(req, presented, &key, rules)
}

/// [`verify`] with a key that was derived for the presented date, region and service.
///
/// # Errors
/// The first thing that is wrong, in AWS's order.
pub fn verify_with_key(
    req: &SignedRequest<'_>,
    presented: &Presented,
    key: &SigningKey,
    rules: &Rules<'_>,
) -> Result<Verified, SigError> {
    req.check_bounds()?;
    check(req, presented, rules)?;
    let actual = match req.body {
        BodyHash::Bytes(bytes) => Some(sha256_hex(bytes)),
        BodyHash::Precomputed(hash) => Some(hash.to_owned()),
        BodyHash::Deferred => None,
    };
    let claimed = req.once("x-amz-content-sha256")?;
    let signed_payload = signed_payload(presented, rules.style, claimed, actual.as_deref())?;
    let canonical = canonical::request(req, &presented.signed_headers, &signed_payload, rules.style, presented.form);
    let scope = canonical::scope(&presented.date, &presented.region, &presented.service);
    let string_to_sign = canonical::string_to_sign(&presented.at_text, &scope, &canonical.text);
    if !key.accepts(&string_to_sign, &presented.signature) || !canonical.complete {
        return Err(SigError::Mismatch(Box::new(Mismatch {
            access_key_id: presented.access_key_id.clone(),
            signature: presented.signature.clone(),
            string_to_sign,
            canonical_request: canonical.text,
        })));
    }
    let signer = ChunkSigner::new(key.clone(), presented.at_text.clone(), scope, presented.signature.clone());
    prove_body(signed_payload, actual, claimed, signer).map(|payload| Verified { payload })
}

/// The payload hash as it stands in the canonical request.
fn signed_payload(
    presented: &Presented,
    style: Style,
    claimed: Option<&str>,
    actual: Option<&str>,
) -> Result<String, SigError> {
    match (style, claimed) {
        (Style::Normalised, _) => Ok(actual.unwrap_or_default().to_owned()),
        (Style::S3, None) if presented.form == Form::Query => Ok(UNSIGNED_PAYLOAD.to_owned()),
        (Style::S3, None) => Err(SigError::BodyHashMissing),
        (Style::S3, Some(value)) if is_payload_value(value) => Ok(value.to_owned()),
        (Style::S3, Some(_)) => Err(SigError::BodyHashInvalid),
    }
}

fn is_payload_value(value: &str) -> bool {
    value == UNSIGNED_PAYLOAD
        || chunked::Kind::of(value).is_some()
        || value.len() == 64 && value.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The signature is good: now the body must be what it says, and what the header says where there is one.
fn prove_body(
    signed: String,
    actual: Option<String>,
    claimed: Option<&str>,
    signer: ChunkSigner,
) -> Result<Payload, SigError> {
    if signed == UNSIGNED_PAYLOAD {
        return Ok(Payload::Unsigned);
    }
    if let Some(kind) = chunked::Kind::of(&signed) {
        return Ok(Payload::Chunked { kind, signer });
    }
    let expected = claimed.unwrap_or(&signed);
    match actual {
        Some(actual) if verify_slices_are_equal(actual.as_bytes(), expected.as_bytes()).is_err() => {
            Err(SigError::BodyHashMismatch { claimed: expected.chars().take(64).collect(), actual })
        }
        _ => Ok(Payload::Hash(signed)),
    }
}

fn check_s3(req: &SignedRequest<'_>, presented: &Presented) -> Result<(), SigError> {
    if presented.form == Form::Query && presented.expires_s.is_none() {
        return Err(SigError::MissingQueryMembers { algorithm: true, present: [true; 4] });
    }
    let unsigned: Vec<&str> = req
        .headers
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.starts_with("x-amz-") && !presented.signed_headers.iter().any(|signed| signed == name))
        .collect();
    if unsigned.is_empty() { Ok(()) } else { Err(SigError::HeadersNotSigned { names: unsigned.join(", ") }) }
}

fn check_scope(presented: &Presented, rules: &Rules<'_>) -> Result<(), SigError> {
    let Presented { date, region, service, terminator, at_text, .. } = presented;
    let region_is_good = match rules.region {
        Some(expected) => expected == region,
        None => Region::parse(region).is_some(),
    };
    let day = at_text.get(..8).unwrap_or_default();
    if region_is_good && service == rules.service && terminator == TERMINATOR && date == day {
        return Ok(());
    }
    Err(SigError::Scope(Box::new(ScopeFault {
        form: presented.form,
        region: (!region_is_good).then(|| region.clone()),
        expected_region: rules.region.unwrap_or(aws_types::arn::DEFAULT_REGION).to_owned(),
        service: (service != rules.service).then(|| service.clone()),
        expected_service: rules.service.to_owned(),
        terminator: (terminator != TERMINATOR).then(|| terminator.clone()),
        date: (date != day).then(|| date.clone()),
        at: at_text.clone(),
    })))
}

fn check_time(presented: &Presented, rules: &Rules<'_>) -> Result<(), SigError> {
    let Presented { at, expires_s, .. } = *presented;
    let now_s = rules.now.secs();
    let fault = || Box::new(TimeFault { at, now: rules.now, window_s: rules.window_s, expires_s });
    if at.secs() > now_s.saturating_add(rules.window_s) {
        return Err(SigError::NotYetCurrent(fault()));
    }
    let lives_s = expires_s.unwrap_or(rules.window_s);
    if at.secs().saturating_add(lives_s) < now_s { Err(SigError::Expired(fault())) } else { Ok(()) }
}
