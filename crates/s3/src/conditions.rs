//! Conditional requests and ranges (RFC 9110 sections 13 and 14, as GetObject and HeadObject have them).

use aws_types::{AwsError, Timestamp};

use crate::entity::Object;
use crate::error;

/// A request's conditions.
#[derive(Default)]
pub struct Conditions<'a> {
    /// `If-Match`.
    pub if_match: Option<&'a str>,
    /// `If-None-Match`.
    pub if_none_match: Option<&'a str>,
    /// `If-Modified-Since`.
    pub if_modified_since: Option<Timestamp>,
    /// `If-Unmodified-Since`.
    pub if_unmodified_since: Option<Timestamp>,
}

/// What the conditions lead to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Send it.
    Send,
    /// 304.
    NotModified,
}

impl Conditions<'_> {
    /// Judges them. `If-Match` goes before `If-Unmodified-Since`, `If-None-Match` before `If-Modified-Since`.
    pub fn judge(&self, object: &Object) -> Result<Outcome, AwsError> {
        let etag = object.etag();
        let modified = object.modified().secs();
        match (self.if_match, self.if_unmodified_since) {
            (Some(tags), _) if !names(tags, &etag) => return Err(error::precondition_failed("If-Match")),
            (None, Some(since)) if modified > since.secs() => {
                return Err(error::precondition_failed("If-Unmodified-Since"));
            }
            _ => {}
        }
        let unchanged = match (self.if_none_match, self.if_modified_since) {
            (Some(tags), _) => names(tags, &etag),
            (None, Some(since)) => modified <= since.secs(),
            (None, None) => false,
        };
        Ok(if unchanged { Outcome::NotModified } else { Outcome::Send })
    }
}

fn names(tags: &str, etag: &str) -> bool {
    let bare = etag.trim_matches('"');
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.trim_matches('"') == bare)
}

/// Reads `bytes=a-b`, `bytes=a-`, `bytes=-n`: first byte and length. A header that is no such range is ignored, as S3
/// does; several ranges are answered with the whole.
pub fn range(header: Option<&str>, size: u64) -> Result<Option<(u64, u64)>, AwsError> {
    let Some((first, last)) = header.and_then(|h| h.strip_prefix("bytes=")).and_then(|spec| spec.split_once('-'))
    else {
        return Ok(None);
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (start, end) = match (number(first), number(last)) {
        (Some(start), Some(end)) if start <= end => (start, end.min(size.saturating_sub(1))),
        (Some(start), None) if last.trim().is_empty() => (start, size.saturating_sub(1)),
        (None, Some(count)) if first.trim().is_empty() && count > 0 && size > 0 => {
            (size.saturating_sub(count), size - 1)
        }
        (None, Some(0)) if first.trim().is_empty() => return Err(error::invalid_range(size)),
        _ => return Ok(None),
    };
    if start >= size {
        return Err(error::invalid_range(size));
    }
    Ok(Some((start, end - start + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let check = |header: &str, expected: Option<(u64, u64)>| {
            assert_eq!(range(Some(header), 10).unwrap(), expected, "{header}")
        };
        check("bytes=0-3", Some((0, 4)));
        check("bytes=4-", Some((4, 6)));
        check("bytes=-3", Some((7, 3)));
        check("bytes=-30", Some((0, 10)));
        check("bytes=8-99", Some((8, 2)));
        check("bytes=5-2", None);
        check("lines=1-2", None);
        check("bytes=0-1,4-5", None);
        assert_eq!(range(Some("bytes=10-"), 10).unwrap_err().code, "InvalidRange");
        assert_eq!(range(Some("bytes=0-"), 0).unwrap_err().status, 416);
        assert_eq!(range(None, 10).unwrap(), None);
    }
}
