//! Every refusal of a signature, with AWS's sentence and its code in each dialect. A sentence stands here once.

mod s3;

use std::borrow::Cow;
use std::fmt;

use aws_types::{AwsError, Timestamp};

use crate::presented::Form;

/// In whose words an endpoint refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// awsJson services: 400 throughout.
    Json,
    /// restJson control planes: 403.
    RestJson,
    /// Query services: 403, and 400 for what is incomplete.
    Query,
    /// S3: codes and members of its own.
    S3,
    /// A deployed API with IAM authorization: 403.
    ExecuteApi,
}

/// What is wrong with `X-Amz-Expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiresFault {
    /// It is not decimal.
    NotANumber,
    /// It is not above zero.
    Negative,
    /// It is over a week.
    TooLong,
}

/// What is wrong with a credential scope; each part that is wrong holds what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeFault {
    /// Where the credential stood.
    pub form: Form,
    /// The region that is not served.
    pub region: Option<String>,
    /// The region that is.
    pub expected_region: String,
    /// The service that is not meant.
    pub service: Option<String>,
    /// The service that is.
    pub expected_service: String,
    /// What stood for `aws4_request`.
    pub terminator: Option<String>,
    /// The day that is not the signature's.
    pub date: Option<String>,
    /// The signature's time, ISO basic.
    pub at: String,
}

/// A signature outside its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeFault {
    /// When it was signed.
    pub at: Timestamp,
    /// When it was judged.
    pub now: Timestamp,
    /// The endpoint's window.
    pub window_s: i64,
    /// Of a presigned URL.
    pub expires_s: Option<i64>,
}

/// A signature that is not the one we calculate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Whose key.
    pub access_key_id: String,
    /// As sent.
    pub signature: String,
    /// As we calculate it.
    pub string_to_sign: String,
    /// As we calculate it.
    pub canonical_request: String,
}

/// Why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigError {
    /// There is none.
    MissingToken,
    /// It stands in the header and in the query.
    BothForms,
    /// A part of the header has no `=`: a bearer token, say. The header itself is not repeated, its hash is.
    MissingEqualSign {
        /// Base64 of the header's SHA-256.
        header_hash: String,
    },
    /// Members of the header form are missing.
    MissingMembers {
        /// Credential, Signature, SignedHeaders, a date.
        present: [bool; 4],
        /// Base64 of the header's SHA-256.
        header_hash: String,
    },
    /// Members of the query form are missing.
    MissingQueryMembers {
        /// Whether X-Amz-Algorithm is there.
        algorithm: bool,
        /// X-Amz-Credential, X-Amz-Signature, X-Amz-SignedHeaders, X-Amz-Date.
        present: [bool; 4],
    },
    /// Not `AWS4-HMAC-SHA256`.
    UnsupportedAlgorithm {
        /// What was sent.
        algorithm: String,
    },
    /// The date is none.
    BadDate {
        /// What was sent.
        value: String,
        /// Where.
        form: Form,
    },
    /// `X-Amz-Expires` is out of range.
    BadExpires(ExpiresFault),
    /// A header that must be signed is not.
    HeaderNotSigned {
        /// As the sentence quotes it.
        header: &'static str,
    },
    /// S3: headers that must be signed are not.
    HeadersNotSigned {
        /// Their names, joined with `, `.
        names: String,
    },
    /// The credential does not have five parts.
    BadCredential {
        /// What was sent.
        value: String,
        /// Where.
        form: Form,
    },
    /// The scope is not this endpoint's.
    Scope(Box<ScopeFault>),
    /// Too old.
    Expired(Box<TimeFault>),
    /// Too new.
    NotYetCurrent(Box<TimeFault>),
    /// No such key. Raised by the server.
    UnknownKey {
        /// What was sent.
        access_key_id: String,
    },
    /// A temporary key without its token, or a token that is not the key's. Raised by the server.
    BadSessionToken,
    /// The session is over. Raised by the server.
    ExpiredToken,
    /// The signature differs.
    Mismatch(Box<Mismatch>),
    /// S3: `x-amz-content-sha256` is missing.
    BodyHashMissing,
    /// S3: `x-amz-content-sha256` is no hash and no known word.
    BodyHashInvalid,
    /// The body is not the one that was signed.
    BodyHashMismatch {
        /// What the caller said.
        claimed: String,
        /// What it is.
        actual: String,
    },
    /// Something that must stand once stands twice.
    Repeated(&'static str),
    /// Something is over its bound.
    TooLarge(&'static str),
    /// S3: a Signature Version 2 query that is not complete.
    V2Incomplete,
    /// S3: Signature Version 2, which is no longer spoken.
    V2Unsupported,
}

/// What clients branch on, in all dialects but S3's.
#[derive(Clone, Copy)]
enum Kind {
    MissingToken,
    Incomplete,
    Signature,
    UnknownKey,
    ExpiredToken,
}

impl Kind {
    const fn code(self, dialect: Dialect) -> &'static str {
        let (exception, query) = match self {
            Self::MissingToken => ("MissingAuthenticationTokenException", "MissingAuthenticationToken"),
            Self::Incomplete => ("IncompleteSignatureException", "IncompleteSignature"),
            Self::Signature => ("InvalidSignatureException", "SignatureDoesNotMatch"),
            Self::UnknownKey => ("UnrecognizedClientException", "InvalidClientTokenId"),
            Self::ExpiredToken => ("ExpiredTokenException", "ExpiredToken"),
        };
        if matches!(dialect, Dialect::Query) { query } else { exception }
    }

    const fn status(self, dialect: Dialect) -> u16 {
        match (dialect, self) {
            (Dialect::Json, _) | (Dialect::Query, Self::Incomplete) => 400,
            _ => 403,
        }
    }
}

impl SigError {
    /// The error in an endpoint's own words.
    pub fn to_aws(&self, dialect: Dialect) -> AwsError {
        if dialect == Dialect::S3 {
            return s3::render(self);
        }
        let kind = self.kind();
        AwsError::sender(kind.code(dialect), kind.status(dialect), self.sentence(dialect))
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::MissingToken => Kind::MissingToken,
            Self::MissingEqualSign { .. }
            | Self::MissingMembers { .. }
            | Self::MissingQueryMembers { .. }
            | Self::UnsupportedAlgorithm { .. }
            | Self::BadDate { .. }
            | Self::BadExpires(_)
            | Self::BadCredential { .. }
            | Self::Repeated(_)
            | Self::TooLarge(_)
            | Self::V2Incomplete
            | Self::V2Unsupported => Kind::Incomplete,
            Self::BothForms
            | Self::HeaderNotSigned { .. }
            | Self::HeadersNotSigned { .. }
            | Self::Scope(_)
            | Self::Expired(_)
            | Self::NotYetCurrent(_)
            | Self::Mismatch(_)
            | Self::BodyHashMissing
            | Self::BodyHashInvalid
            | Self::BodyHashMismatch { .. } => Kind::Signature,
            Self::UnknownKey { .. } | Self::BadSessionToken => Kind::UnknownKey,
            Self::ExpiredToken => Kind::ExpiredToken,
        }
    }

    fn sentence(&self, dialect: Dialect) -> Cow<'static, str> {
        match self {
            Self::MissingToken if dialect == Dialect::ExecuteApi => "Missing Authentication Token".into(),
            Self::MissingToken => "Request is missing Authentication Token".into(),
            Self::BothForms => {
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.".into()
            }
            Self::MissingEqualSign { header_hash } => missing_equal_sign(header_hash).into(),
            Self::MissingMembers { present, header_hash } => missing_members(*present, header_hash).into(),
            Self::MissingQueryMembers { algorithm, present } => missing_query_members(*algorithm, *present).into(),
            Self::UnsupportedAlgorithm { algorithm } => format!("Unsupported AWS 'algorithm': '{algorithm}'.").into(),
            Self::BadDate { value, .. } => bad_date(value).into(),
            Self::BadExpires(fault) => bad_expires(*fault).into(),
            Self::HeaderNotSigned { header } => not_signed(header).into(),
            Self::HeadersNotSigned { .. } => HEADERS_NOT_SIGNED.into(),
            Self::BadCredential { value, .. } => bad_credential(value).into(),
            Self::Scope(fault) => scope(fault).into(),
            Self::Expired(fault) => expired(fault).into(),
            Self::NotYetCurrent(fault) => not_yet_current(fault).into(),
            Self::UnknownKey { .. } | Self::BadSessionToken => {
                "The security token included in the request is invalid.".into()
            }
            Self::ExpiredToken => "The security token included in the request is expired".into(),
            Self::Mismatch(fault) if dialect == Dialect::ExecuteApi => with_canonical(fault).into(),
            Self::Mismatch(_) | Self::BodyHashMissing | Self::BodyHashInvalid | Self::BodyHashMismatch { .. } => {
                MISMATCH.into()
            }
            Self::Repeated(what) => format!("The request must have '{what}' only once.").into(),
            Self::TooLarge(what) => format!("The request's {what} is too large to be signed.").into(),
            Self::V2Incomplete | Self::V2Unsupported => s3::V2_UNSUPPORTED.into(),
        }
    }
}

impl fmt::Display for SigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(Dialect::Json))
    }
}

impl std::error::Error for SigError {}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                        Secret Access Key and signing method. Consult the service documentation for details.";
const HEADERS_NOT_SIGNED: &str = "There were headers present in the request which were not signed";

/// AWS no longer repeats the header, which often is somebody's bearer token, but its hash.
fn missing_equal_sign(hash: &str) -> String {
    format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
         Base64): '{hash}'."
    )
}

fn missing_members(present: [bool; 4], hash: &str) -> String {
    let sentences = [
        "Authorization header requires 'Credential' parameter. ",
        "Authorization header requires 'Signature' parameter. ",
        "Authorization header requires 'SignedHeaders' parameter. ",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
    ];
    let missing: String = sentences.iter().zip(present).filter(|(_, there)| !there).map(|(text, _)| *text).collect();
    format!("{missing}(Hashed with SHA-256 and encoded with Base64) Authorization={hash}")
}

fn missing_query_members(algorithm: bool, present: [bool; 4]) -> String {
    let [credential, signature, signed_headers, date] = present;
    let missing: String = [
        ("X-Amz-Algorithm", algorithm),
        ("X-Amz-Credential", credential),
        ("X-Amz-Signature", signature),
        ("X-Amz-SignedHeaders", signed_headers),
        ("X-Amz-Date", date),
    ]
    .into_iter()
    .filter(|(_, there)| !there)
    .map(|(name, _)| format!("AWS query-string parameters must include '{name}'. "))
    .collect();
    format!("{missing}Re-examine the query-string parameters.")
}

fn bad_date(value: &str) -> String {
    format!("Date must be in ISO-8601 'basic format'. Got '{value}'. See http://en.wikipedia.org/wiki/ISO_8601")
}

const fn bad_expires(fault: ExpiresFault) -> &'static str {
    match fault {
        ExpiresFault::NotANumber => "X-Amz-Expires should be a number",
        ExpiresFault::Negative => "X-Amz-Expires must be non-negative",
        ExpiresFault::TooLong => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds"
        }
    }
}

fn not_signed(header: &str) -> String {
    format!("{header} must be a 'SignedHeader' in the AWS Authorization.")
}

fn bad_credential(value: &str) -> String {
    format!(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{value}'"
    )
}

fn scope(fault: &ScopeFault) -> String {
    let ScopeFault { region, service, expected_service, terminator, date, at, .. } = fault;
    let day = at.get(..8).unwrap_or_default();
    [
        region.as_ref().map(|region| format!("Credential should be scoped to a valid region, not '{region}'.")),
        service.as_ref().map(|_| format!("Credential should be scoped to correct service: '{expected_service}'.")),
        terminator.as_ref().map(|terminator| {
            format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'.")
        }),
        date.as_ref().map(|date| {
            format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != \
                 '{day}', from '{at}'."
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(" ")
}

fn expired(fault: &TimeFault) -> String {
    let lives_s = fault.expires_s.unwrap_or(fault.window_s);
    let (now, earliest) = (fault.now, fault.now.plus_ms(lives_s.saturating_mul(-1000)));
    format!(
        "Signature expired: {} is now earlier than {} ({} - {} min.)",
        fault.at.iso8601_basic(),
        earliest.iso8601_basic(),
        now.iso8601_basic(),
        lives_s / 60
    )
}

fn not_yet_current(fault: &TimeFault) -> String {
    let latest = fault.now.plus_ms(fault.window_s.saturating_mul(1000));
    format!(
        "Signature not yet current: {} is still later than {} ({} + {} min.)",
        fault.at.iso8601_basic(),
        latest.iso8601_basic(),
        fault.now.iso8601_basic(),
        fault.window_s / 60
    )
}

fn with_canonical(fault: &Mismatch) -> String {
    format!(
        "{MISMATCH}\n\nThe Canonical String for this request should have been\n'{}'\n\nThe String-to-Sign should have \
         been\n'{}'\n",
        fault.canonical_request, fault.string_to_sign
    )
}
