//! How a client proves itself at the token and revocation endpoints (RFC 6749 2.3.1).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_types::Secret;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

use crate::error::Error;
use crate::params::{Params, is_percent_encoded};

const MAX_BASIC_BYTES: usize = 4096;
/// Clients differ over the padding of the Basic scheme.
const BASIC: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a client presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuth {
    /// `Authorization: Basic`.
    Basic {
        /// The client's id.
        client_id: String,
        /// The client's secret.
        secret: Secret<String>,
    },
    /// `client_id` and `client_secret` in the body.
    Post {
        /// The client's id.
        client_id: String,
        /// The client's secret.
        secret: Secret<String>,
    },
    /// `client_id` in the body, no secret.
    Public {
        /// The client's id.
        client_id: String,
    },
}

impl ClientAuth {
    /// Reads header and body. Parameters of the URL's query must not be given here: a secret does not belong there.
    ///
    /// # Errors
    /// `invalid_request` for two methods at once, two client ids or none; `invalid_client` for a broken header.
    pub fn from_request(authorization: Option<&str>, form: &Params) -> Result<Self, Error> {
        let (form_id, form_secret) = (form.once("client_id")?, form.once("client_secret")?);
        let Some(header) = authorization else {
            let client_id = form_id.ok_or_else(|| Error::invalid_request("client_id is missing"))?.to_owned();
            return Ok(match form_secret {
                Some(secret) => Self::Post { client_id, secret: Secret::new(secret.to_owned()) },
                None => Self::Public { client_id },
            });
        };
        if form_secret.is_some() {
            return Err(Error::invalid_request("two client authentication methods"));
        }
        let (client_id, secret) =
            read_basic(header).ok_or_else(|| Error::invalid_client("malformed Authorization header"))?;
        if form_id.is_some_and(|id| id != client_id) {
            return Err(Error::invalid_request("two client ids"));
        }
        Ok(Self::Basic { client_id, secret })
    }

    /// Whose proof this claims to be.
    pub fn client_id(&self) -> &str {
        match self {
            Self::Basic { client_id, .. } | Self::Post { client_id, .. } | Self::Public { client_id } => client_id,
        }
    }

    /// The secret, where one was sent.
    pub const fn secret(&self) -> Option<&Secret<String>> {
        match self {
            Self::Basic { secret, .. } | Self::Post { secret, .. } => Some(secret),
            Self::Public { .. } => None,
        }
    }

    /// Whether this proves the client whose secrets these are; a client without secrets is public and must send none.
    /// The time taken tells neither which secret matched nor where one differs.
    pub fn proves(&self, secrets: &[Secret<String>]) -> bool {
        let Some(sent) = self.secret() else { return secrets.is_empty() };
        let sent = digest(&SHA256, sent.expose().as_bytes());
        secrets.iter().fold(false, |found, secret| {
            let known = digest(&SHA256, secret.expose().as_bytes());
            verify_slices_are_equal(known.as_ref(), sent.as_ref()).is_ok() | found
        })
    }
}

/// `Basic base64(id:secret)`. Both parts are form-encoded by the standard and plain with most clients of user pools,
/// whose ids and secrets look the same either way; so what is not well percent-encoded is taken as it is.
fn read_basic(header: &str) -> Option<(String, Secret<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > MAX_BASIC_BYTES {
        return None;
    }
    let text = String::from_utf8(BASIC.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let id = decode_leniently(id);
    (!id.is_empty()).then(|| (id, Secret::new(decode_leniently(secret))))
}

fn decode_leniently(text: &str) -> String {
    let decoded = is_percent_encoded(text.as_bytes()).then(|| percent_decode_str(text).decode_utf8().ok()).flatten();
    decoded.map_or_else(|| text.to_owned(), std::borrow::Cow::into_owned)
}
