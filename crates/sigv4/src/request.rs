//! The parts of a request that a signature covers.

use crate::error::SigError;

/// The most header names that a signature may cover.
pub const MAX_SIGNED_HEADERS: usize = 100;
/// The most bytes of header names and values together.
pub const MAX_HEADERS_BYTES: usize = 128 * 1024;
/// The most bytes of path and query together.
pub const MAX_TARGET_BYTES: usize = 64 * 1024;

/// What is known of the body.
#[derive(Clone, Copy, Debug)]
pub enum BodyHash<'a> {
    /// The whole body.
    Bytes(&'a [u8]),
    /// Lower-case hex of the body's SHA-256.
    Precomputed(&'a str),
    /// S3 only: the body is still to come. The caller compares it with [`crate::Verified::payload`] while reading.
    Deferred,
}

/// A request as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// As sent.
    pub method: &'a str,
    /// Raw, still percent-encoded; may be empty.
    pub path: &'a str,
    /// Raw, without the question mark.
    pub query: &'a str,
    /// Lower-case names with their values in arrival order. HTTP/2's `:authority` stands here as `host`.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: BodyHash<'a>,
}

impl<'a> SignedRequest<'a> {
    /// All values of a header, in arrival order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header that must not stand twice.
    pub(crate) fn once(&self, name: &'static str) -> Result<Option<&'a str>, SigError> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() { Err(SigError::Repeated(name)) } else { Ok(first) }
    }

    /// Refuses what is too large to be looked at.
    pub(crate) fn check_bounds(&self) -> Result<(), SigError> {
        if self.path.len().saturating_add(self.query.len()) > MAX_TARGET_BYTES {
            return Err(SigError::TooLarge("request target"));
        }
        let bytes = self.headers.iter().fold(0usize, |sum, (n, v)| sum.saturating_add(n.len()).saturating_add(v.len()));
        if bytes > MAX_HEADERS_BYTES { Err(SigError::TooLarge("headers")) } else { Ok(()) }
    }
}
