//! An object's head; its content is a file.

use std::collections::BTreeMap;

use aws_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::acl::Acl;
use crate::checksum::Checksum;

/// The id of the version that was put while versions were off.
pub const NULL_VERSION: &str = "null";

/// An object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Object {
    /// Up to 1,024 bytes.
    pub key: String,
    /// Names the file with the content; empty where the content lies in parts.
    pub blob: String,
    /// How that file is sealed; absent where it lies open, as before sealing was built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing: Option<Sealing>,
    /// Its parts, in order, where it was uploaded in parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Bytes.
    pub size: u64,
    /// The entity tag without quotes: MD5 in hex, or that of the parts' with `-` and their number.
    pub md5: String,
    /// The checksum that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksum: Option<Checksum>,
    /// Absent on the "null" version: what was put while versions were off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// Orders the versions of a key: higher is newer.
    #[serde(default)]
    pub seq: u64,
    /// Object tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
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

/// How a content file is sealed: by a key of its own, which is itself sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// The file's key, sealed by the server, or by the customer's key.
    pub key: String,
    /// MD5 of the customer's key in base64, where there is one: it alone opens the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_md5: Option<String>,
}

/// A part of an object, or of an upload under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// 1 to 10,000.
    pub number: u32,
    /// Names the file.
    pub blob: String,
    /// How that file is sealed.
    pub sealing: Option<Sealing>,
    /// Bytes.
    pub size: u64,
    /// MD5 in hex.
    pub md5: String,
    /// Its checksum.
    pub checksum: Option<Checksum>,
    /// When it was put, in milliseconds since the epoch.
    pub modified_ms: i64,
}

/// A file of contents, as much of it as is wanted.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Names the file.
    pub blob: String,
    /// How it is sealed.
    pub sealing: Option<Sealing>,
    /// First byte.
    pub start: u64,
    /// Bytes.
    pub len: u64,
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

    /// `x-amz-version-id`, where versions are or were on.
    pub fn version(&self) -> &str {
        self.version_id.as_deref().unwrap_or(NULL_VERSION)
    }

    /// All files of its content.
    pub fn blobs(&self) -> Vec<String> {
        let whole = (!self.blob.is_empty()).then(|| self.blob.clone());
        whole.into_iter().chain(self.parts.iter().map(|part| part.blob.clone())).collect()
    }

    /// How it is sealed; all parts alike.
    pub fn sealed(&self) -> Option<&Sealing> {
        self.sealing.as_ref().or_else(|| self.parts.first()?.sealing.as_ref())
    }

    /// Where `len` bytes from `start` lie.
    pub fn pieces(&self, start: u64, len: u64) -> Vec<Piece> {
        if self.parts.is_empty() {
            return vec![Piece { blob: self.blob.clone(), sealing: self.sealing.clone(), start, len }];
        }
        let (mut from, end, mut pieces) = (0u64, start.saturating_add(len), Vec::new());
        for part in &self.parts {
            let to = from.saturating_add(part.size);
            let (first, last) = (start.max(from), end.min(to));
            if first < last {
                let (blob, sealing) = (part.blob.clone(), part.sealing.clone());
                pieces.push(Piece { blob, sealing, start: first - from, len: last - first });
            }
            from = to;
        }
        pieces
    }

    /// First byte and length of a part; a whole object is its own first part.
    pub fn part_range(&self, number: u32) -> Option<(u64, u64)> {
        if self.parts.is_empty() {
            return (number == 1).then_some((0, self.size));
        }
        let mut from = 0u64;
        for (at, part) in (1u32..).zip(&self.parts) {
            if at == number {
                return Some((from, part.size));
            }
            from = from.saturating_add(part.size);
        }
        None
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
