//! What a caller presents: the parts of its signature, complete and well-formed, but not yet proven.

use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::ALGORITHM;
use crate::error::{ExpiresFault, SigError};
use crate::query;
use crate::request::{MAX_SIGNED_HEADERS, SignedRequest};

/// Seconds for which a presigned URL may be valid at most: a week.
pub const MAX_EXPIRES_S: i64 = 604_800;
const MAX_ACCESS_KEY_ID_BYTES: usize = 128;
const MAX_AUTHORIZATION_BYTES: usize = 16 * 1024;
const MAX_SESSION_TOKEN_BYTES: usize = 16 * 1024;

/// Where the signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In `Authorization`.
    Header,
    /// In the query: a presigned URL.
    Query,
}

/// A signature as presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// Where it stands.
    pub form: Form,
    /// Whose key.
    pub access_key_id: String,
    /// `yyyymmdd` of the scope.
    pub date: String,
    /// Region of the scope.
    pub region: String,
    /// Service of the scope.
    pub service: String,
    /// Last part of the scope.
    pub terminator: String,
    /// Lower-case, sorted, without repetition.
    pub signed_headers: Vec<String>,
    /// As sent.
    pub signature: String,
    /// Of temporary credentials.
    pub session_token: Option<String>,
    /// `X-Amz-Expires` of a presigned URL.
    pub expires_s: Option<i64>,
    /// When it was signed, by the caller's clock.
    pub at: Timestamp,
    /// The same in ISO basic form, as it is signed.
    pub at_text: String,
}

/// Reads the signature of a request. `Ok(None)` where there is none: raise [`SigError::MissingToken`] if one is needed.
///
/// # Errors
/// The first thing that is wrong, in AWS's order.
pub fn presented(req: &SignedRequest<'_>) -> Result<Option<Presented>, SigError> {
    req.check_bounds()?;
    let authorization = req.once("authorization")?;
    let in_query = query::pairs(req.query)
        .any(|(name, _)| [&b"X-Amz-Algorithm"[..], b"X-Amz-Credential", b"X-Amz-Signature"].contains(&name.as_slice()));
    match (authorization, in_query) {
        (None, false) => Ok(None),
        (Some(_), true) => Err(SigError::BothForms),
        (Some(header), false) => from_header(req, header).map(Some),
        (None, true) => from_query(req).map(Some),
    }
}

/// Refuses the query form of Signature Version 2, which S3 once spoke. For S3 endpoints, after [`presented`] found
/// nothing.
///
/// # Errors
/// [`SigError::V2Incomplete`] or [`SigError::V2Unsupported`].
pub fn refuse_v2(req: &SignedRequest<'_>) -> Result<(), SigError> {
    let has = |wanted: &str| query::pairs(req.query).any(|(name, _)| name == wanted.as_bytes());
    match (has("AWSAccessKeyId"), has("Signature"), has("Expires")) {
        (true, true, true) => Err(SigError::V2Unsupported),
        (false, false, _) => Ok(()),
        _ => Err(SigError::V2Incomplete),
    }
}

fn from_header(req: &SignedRequest<'_>, header: &str) -> Result<Presented, SigError> {
    if header.len() > MAX_AUTHORIZATION_BYTES {
        return Err(SigError::TooLarge("Authorization header"));
    }
    let (algorithm, members) = header.split_once(' ').unwrap_or(("", header));
    let hashed = || STANDARD.encode(digest(&SHA256, header.as_bytes()));
    let [mut credential, mut signed_headers, mut signature] = [None, None, None];
    for member in members.split(',').map(str::trim) {
        let (name, value) =
            member.split_once('=').ok_or_else(|| SigError::MissingEqualSign { header_hash: hashed() })?;
        let slot = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => continue,
        };
        if slot.replace(value).is_some() {
            return Err(SigError::Repeated("Authorization"));
        }
    }
    let (x_amz_date, date) = (req.once("x-amz-date")?, req.once("date")?);
    let stamp = x_amz_date.or(date);
    let (Some(credential), Some(signed_headers), Some(signature), Some(stamp)) =
        (credential, signed_headers, signature, stamp)
    else {
        let present = [credential.is_some(), signature.is_some(), signed_headers.is_some(), stamp.is_some()];
        return Err(SigError::MissingMembers { present, header_hash: hashed() });
    };
    if algorithm != ALGORITHM {
        return Err(SigError::UnsupportedAlgorithm { algorithm: algorithm.to_owned() });
    }
    let session_token = req.once("x-amz-security-token")?.map(str::to_owned);
    let at = read_time(stamp, x_amz_date.is_none()).ok_or_else(|| bad_date(stamp, Form::Header))?;
    let raw = Raw { credential, signed_headers, signature, session_token, at, expires_s: None };
    raw.finish(req, Form::Header)
}

fn from_query(req: &SignedRequest<'_>) -> Result<Presented, SigError> {
    let member = |name| query::once(req.query, name);
    let algorithm = member("X-Amz-Algorithm")?;
    let members = [
        member("X-Amz-Credential")?,
        member("X-Amz-Signature")?,
        member("X-Amz-SignedHeaders")?,
        member("X-Amz-Date")?,
    ];
    let present = members.each_ref().map(Option::is_some);
    let (Some(algorithm), [Some(credential), Some(signature), Some(signed_headers), Some(stamp)]) =
        (algorithm.as_ref(), members)
    else {
        return Err(SigError::MissingQueryMembers { algorithm: algorithm.is_some(), present });
    };
    if algorithm != ALGORITHM {
        return Err(SigError::UnsupportedAlgorithm { algorithm: algorithm.clone() });
    }
    let at = Timestamp::parse_iso8601_basic(&stamp).ok_or_else(|| bad_date(&stamp, Form::Query))?;
    let expires_s = member("X-Amz-Expires")?.map(|text| read_expires(&text)).transpose()?;
    let session_token = member("X-Amz-Security-Token")?;
    let raw = Raw {
        credential: &credential,
        signed_headers: &signed_headers,
        signature: &signature,
        session_token,
        at,
        expires_s,
    };
    raw.finish(req, Form::Query)
}

/// `X-Amz-Date` is ISO basic; `Date` is that or RFC 9110's form.
fn read_time(text: &str, http_date: bool) -> Option<Timestamp> {
    let basic = Timestamp::parse_iso8601_basic(text);
    if http_date { basic.or_else(|| Timestamp::parse_http_date(text)) } else { basic }
}

fn bad_date(value: &str, form: Form) -> SigError {
    SigError::BadDate { value: value.chars().take(64).collect(), form }
}

fn read_expires(text: &str) -> Result<i64, SigError> {
    let fault = match text.parse::<i64>() {
        Err(_) => ExpiresFault::NotANumber,
        Ok(..=0) => ExpiresFault::Negative,
        Ok(seconds @ 1..=MAX_EXPIRES_S) => return Ok(seconds),
        Ok(_) => ExpiresFault::TooLong,
    };
    Err(SigError::BadExpires(fault))
}

struct Raw<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
    session_token: Option<String>,
    at: Timestamp,
    expires_s: Option<i64>,
}

impl Raw<'_> {
    fn finish(self, req: &SignedRequest<'_>, form: Form) -> Result<Presented, SigError> {
        if self.session_token.as_ref().is_some_and(|token| token.len() > MAX_SESSION_TOKEN_BYTES) {
            return Err(SigError::TooLarge("X-Amz-Security-Token"));
        }
        let signed_headers = self.signed_header_names()?;
        let is_signed = |name: &str| signed_headers.iter().any(|signed| signed == name);
        if !is_signed("host") {
            return Err(SigError::HeaderNotSigned { header: "'Host' or ':authority'" });
        }
        // The target names the operation. Left unsigned, one call could be turned into another.
        if req.once("x-amz-target")?.is_some() && !is_signed("x-amz-target") {
            return Err(SigError::HeaderNotSigned { header: "'X-Amz-Target'" });
        }
        req.once("host")?;
        let parts: Vec<&str> = self.credential.splitn(6, '/').collect();
        let &[access_key_id, date, region, service, terminator] = parts.as_slice() else {
            return Err(self.bad_credential(form));
        };
        if access_key_id.is_empty() || access_key_id.len() > MAX_ACCESS_KEY_ID_BYTES {
            return Err(self.bad_credential(form));
        }
        Ok(Presented {
            form,
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            terminator: terminator.to_owned(),
            signed_headers,
            signature: self.signature.to_owned(),
            session_token: self.session_token,
            expires_s: self.expires_s,
            at: self.at,
            at_text: self.at.iso8601_basic(),
        })
    }

    fn signed_header_names(&self) -> Result<Vec<String>, SigError> {
        if self.signed_headers.split(';').nth(MAX_SIGNED_HEADERS).is_some() {
            return Err(SigError::TooLarge("SignedHeaders"));
        }
        let mut names: Vec<String> = self.signed_headers.split(';').map(str::to_ascii_lowercase).collect();
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn bad_credential(&self, form: Form) -> SigError {
        SigError::BadCredential { value: self.credential.chars().take(256).collect(), form }
    }
}
