//! An object's head; its content is a file.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::acl::Acl;

/// An object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Object {
    /// Up to 1,024 bytes.
    pub key: String,
    /// Names the file with the content.
    pub blob: String,
    /// Bytes.
    pub size: u64,
    /// MD5 in hex, without quotes.
    pub md5: String,
    /// When it was put, in milliseconds since the epoch.
    pub modified_ms: i64,
    /// `Content-Type`.
    pub content_type: String,
    /// Other headers that come back as they were given.
    pub headers: Headers,
    /// `x-amz-meta-*` without the prefix.
    pub metadata: BTreeMap<String, String>,
    /// Who may read it.
    pub acl: Acl,
}

/// Headers given with an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Encoding`, without `aws-chunked`.
    pub content_encoding: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// `Expires`, as given.
    pub expires: Option<String>,
    /// `x-amz-website-redirect-location`.
    pub website_redirect_location: Option<String>,
}

impl Object {
    /// The entity tag, quoted.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.md5)
    }

    /// When it was put.
    pub const fn modified(&self) -> Timestamp {
        Timestamp::from_ms(self.modified_ms)
    }
}

/// Everything but unreserved characters and slashes, as S3 encodes keys.
const KEY: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'*');

/// A key in a URL.
pub fn percent_encode(key: &str) -> String {
    percent_encoding::utf8_percent_encode(key, KEY).to_string()
}

/// A key out of a URL; `None` where it is no UTF-8.
pub fn percent_decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}
